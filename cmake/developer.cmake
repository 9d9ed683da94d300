# Flags for this project's own targets alone: linked PRIVATE, so that they never
# reach a consumer.
add_library(api_access_developer INTERFACE)
if(API_ACCESS_DEVELOPER)
  target_compile_options(api_access_developer INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  target_compile_definitions(api_access_developer INTERFACE _GLIBCXX_ASSERTIONS)
endif()

set(flags)
if(API_ACCESS_SANITIZE STREQUAL "address")
  # The compiler sees ghosts in instrumented code of the standard library.
  set(flags -fsanitize=address,undefined -fno-sanitize-recover=all
    -Wno-maybe-uninitialized)
elseif(API_ACCESS_SANITIZE STREQUAL "thread")
  set(flags -fsanitize=thread)
elseif(API_ACCESS_SANITIZE STREQUAL "fuzzer")
  set(flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
elseif(NOT API_ACCESS_SANITIZE STREQUAL "")
  message(FATAL_ERROR "API_ACCESS_SANITIZE: expected address, thread, fuzzer or nothing, got `${API_ACCESS_SANITIZE}`")
endif()
if(flags)
  target_compile_options(api_access_developer INTERFACE ${flags} -fno-omit-frame-pointer)
  target_link_options(api_access_developer INTERFACE ${flags})
endif()

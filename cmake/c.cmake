# api_access::c, the shared library of the C interface. Of its symbols, only those
# of the version script are to be seen.
set(api_access_c_symbols ${PROJECT_SOURCE_DIR}/src/c/api_access_c.map)
add_library(api_access_c SHARED src/c/api_access.cc)
add_library(api_access::c ALIAS api_access_c)
set_target_properties(api_access_c PROPERTIES
  CXX_EXTENSIONS OFF
  EXPORT_NAME c
  LINK_DEPENDS ${api_access_c_symbols}
  SOVERSION 1)
target_include_directories(api_access_c
  PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(api_access_c PRIVATE
  $<BUILD_INTERFACE:api_access_json> $<BUILD_INTERFACE:api_access_developer>)
target_link_options(api_access_c PRIVATE
  "LINKER:--version-script=${api_access_c_symbols}")

if(API_ACCESS_C_STANDALONE)
  # Debian's static Abseil cannot be linked into a shared library.
  get_target_property(api_access_abseil_type absl::status TYPE)
  if(NOT api_access_abseil_type STREQUAL "STATIC_LIBRARY")
    message(FATAL_ERROR "API_ACCESS_C_STANDALONE needs a static Abseil that is position-independent: `sh cmake/run.sh abseil` builds one in build/abseil/prefix, for CMAKE_PREFIX_PATH")
  endif()
  target_link_options(api_access_c PRIVATE -static-libstdc++ -static-libgcc)
endif()

# The types of the interface, for a comparison with what was promised: -g1 leaves
# them out.
if(API_ACCESS_DEVELOPER)
  set_source_files_properties(src/c/api_access.cc PROPERTIES COMPILE_OPTIONS -g2)
endif()

# The package: headers, library, CMake configuration and a pkg-config file.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(api_access_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/api_access)
set(api_access_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS api_access EXPORT api_access-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/api_access DESTINATION include
  FILES_MATCHING PATTERN "*.h"
  PATTERN json EXCLUDE
  PATTERN testing EXCLUDE)
install(EXPORT api_access-targets
  NAMESPACE api_access:: DESTINATION ${api_access_cmake_dir})

# The component `json`: api_access::json.
if(API_ACCESS_JSON)
  install(TARGETS api_access_json EXPORT api_access-json-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY include/api_access/json DESTINATION include/api_access
    FILES_MATCHING PATTERN "*.h")
  install(EXPORT api_access-json-targets
    NAMESPACE api_access:: DESTINATION ${api_access_cmake_dir})
endif()

# The component `testing`: api_access::testing.
if(API_ACCESS_TESTING)
  install(TARGETS api_access_testing EXPORT api_access-testing-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY include/api_access/testing DESTINATION include/api_access)
  install(EXPORT api_access-testing-targets
    NAMESPACE api_access:: DESTINATION ${api_access_cmake_dir})
endif()

configure_package_config_file(cmake/api_access-config.cmake.in
  ${PROJECT_BINARY_DIR}/api_access-config.cmake
  INSTALL_DESTINATION ${api_access_cmake_dir})
# Before version 1 a new minor version may break what was.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/api_access-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/api_access-config.cmake
  ${PROJECT_BINARY_DIR}/api_access-config-version.cmake
  DESTINATION ${api_access_cmake_dir})

# The way from the file to the prefix, so that the package can be moved.
file(RELATIVE_PATH api_access_prefix /${api_access_pkgconfig_dir} /)
configure_file(cmake/api_access.pc.in ${PROJECT_BINARY_DIR}/api_access.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/api_access.pc
  DESTINATION ${api_access_pkgconfig_dir})

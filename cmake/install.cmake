# The package: headers, library, CMake configuration and a pkg-config file.
# CMAKE_INSTALL_LIBDIR and CMAKE_INSTALL_INCLUDEDIR may be absolute. If both are
# relative to the prefix, the package can be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(api_access_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/api_access)
set(api_access_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Each component NAME is the target api_access_NAME, if there is one, with the
# headers in api_access/NAME/. The packages that it needs are found in
# api_access-config.cmake.in.
set(api_access_components c json page testing)

set(headers_of_components)
foreach(component IN LISTS api_access_components)
  list(APPEND headers_of_components PATTERN ${component} EXCLUDE)
endforeach()
install(TARGETS api_access EXPORT api_access-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/api_access DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h"
  ${headers_of_components})
install(EXPORT api_access-targets
  NAMESPACE api_access:: DESTINATION ${api_access_cmake_dir})

foreach(component IN LISTS api_access_components)
  if(TARGET api_access_${component})
    install(TARGETS api_access_${component} EXPORT api_access-${component}-targets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
      INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(DIRECTORY include/api_access/${component}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/api_access
      FILES_MATCHING PATTERN "*.h")
    install(EXPORT api_access-${component}-targets
      NAMESPACE api_access:: DESTINATION ${api_access_cmake_dir})
  endif()
endforeach()

list(JOIN api_access_components ", " api_access_component_names)
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

# The prefix in the pkg-config file, as in CMake's own targets: found from the
# place of the file if that is below the prefix.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(api_access_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH api_access_prefix /${api_access_pkgconfig_dir} /)
  string(PREPEND api_access_prefix "\${pcfiledir}/")
endif()
# APPEND leaves an absolute path what it is.
foreach(dir libdir includedir)
  string(TOUPPER CMAKE_INSTALL_${dir} install_dir)
  set(api_access_${dir} "\${prefix}")
  cmake_path(APPEND api_access_${dir} "${${install_dir}}")
endforeach()
# api_access_add_pkgconfig(NAME DESCRIPTION REQUIRES): of the library NAME.
function(api_access_add_pkgconfig api_access_name api_access_description
    api_access_requires)
  set(pc_file ${PROJECT_BINARY_DIR}/${api_access_name}.pc)
  configure_file(cmake/api_access.pc.in ${pc_file} @ONLY)
  install(FILES ${pc_file} DESTINATION ${api_access_pkgconfig_dir})
endfunction()
api_access_add_pkgconfig(api_access "${PROJECT_DESCRIPTION}"
  "absl_status absl_statusor")
if(API_ACCESS_C)
  api_access_add_pkgconfig(api_access_c "The C interface of api_access" "")
endif()

# The libraries of others that ajar uses, under one name each on every system:
#   fmt::fmt  fmt::fmt-header-only  CLI11::CLI11  nlohmann_json::nlohmann_json  ZLIB::ZLIB
#   zstd::zstd (not for Windows: Debian has none)

if(NOT CMAKE_CROSSCOMPILING)
  set(ZLIB_USE_STATIC_LIBS ${AJAR_PORTABLE})
  if(AJAR_PORTABLE)  # Debian has no static libfmt
    add_library(fmt::fmt INTERFACE IMPORTED)
    target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY=1)
  else()
    find_package(fmt REQUIRED)
  endif()
  find_package(CLI11 REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(ZLIB REQUIRED)
  if(AJAR_PORTABLE)
    find_library(AJAR_ZSTD NAMES libzstd.a REQUIRED)
  else()
    find_library(AJAR_ZSTD NAMES zstd REQUIRED)
  endif()
  add_library(zstd::zstd UNKNOWN IMPORTED)
  set_target_properties(zstd::zstd PROPERTIES IMPORTED_LOCATION ${AJAR_ZSTD})
  return()
endif()

# Header-only Debian packages are installed for the build machine, next to its C library's headers, which a cross-compiler must not
# see. So it gets a folder with links to just these packages.
set(AJAR_HEADERS ${CMAKE_BINARY_DIR}/headers)
file(MAKE_DIRECTORY ${AJAR_HEADERS})
foreach(package CLI fmt nlohmann)
  if(NOT EXISTS /usr/include/${package})
    message(FATAL_ERROR "/usr/include/${package} is missing; 'tools/install-deps build' installs it")
  endif()
  file(CREATE_LINK /usr/include/${package} ${AJAR_HEADERS}/${package} SYMBOLIC)
endforeach()

add_library(ajar_headers INTERFACE)
target_include_directories(ajar_headers SYSTEM INTERFACE ${AJAR_HEADERS})

add_library(fmt::fmt INTERFACE IMPORTED)
target_link_libraries(fmt::fmt INTERFACE ajar_headers)
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY=1)
add_library(fmt::fmt-header-only ALIAS fmt::fmt)
add_library(CLI11::CLI11 INTERFACE IMPORTED)
target_link_libraries(CLI11::CLI11 INTERFACE ajar_headers)
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
target_link_libraries(nlohmann_json::nlohmann_json INTERFACE ajar_headers)

find_library(AJAR_ZLIB NAMES libz.a REQUIRED)
find_path(AJAR_ZLIB_INCLUDE zlib.h REQUIRED)
add_library(ZLIB::ZLIB STATIC IMPORTED)
set_target_properties(ZLIB::ZLIB PROPERTIES IMPORTED_LOCATION ${AJAR_ZLIB})
target_include_directories(ZLIB::ZLIB SYSTEM INTERFACE ${AJAR_ZLIB_INCLUDE})

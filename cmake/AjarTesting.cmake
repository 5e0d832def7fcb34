# Without AJAR_TESTS the functions that declare tests do nothing, so that the folders' CMakeLists.txt need not ask.
if(NOT AJAR_TESTS)
  function(ajar_test)
  endfunction()
  function(ajar_fuzz_target)
  endfunction()
  return()
endif()

find_package(GTest REQUIRED)
include(GoogleTest)
include(AjarFuzz)

# All tests that this build runs: with a sanitizer these are fewer than there are, and need but a part of the tree.
add_custom_target(ajar_tests)

# ajar_test(NAME [THREADED] SOURCES a_test.cc DEPS recording [LIBS fmt::fmt] [TIMEOUT seconds] [PROCESSORS 2] [LABELS e2e]): one GoogleTest
# program, its tests known to ctest one by one. PROCESSORS: how many of them a test keeps busy. THREADED: threads run in this program; under
# ThreadSanitizer the others are neither built with all nor tested, since it has nothing to say of them. What has LABELS is tested without
# sanitizers only.
function(ajar_test name)
  cmake_parse_arguments(ARG "THREADED" "TIMEOUT;PROCESSORS" "SOURCES;DEPS;LIBS;LABELS" ${ARGN})
  if(NOT AJAR_TESTS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_PROCESSORS)
    set(ARG_PROCESSORS 1)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ajar_options GTest::gmock GTest::gtest GTest::gtest_main ${ARG_LIBS})
  foreach(dep ${ARG_DEPS})
    target_link_libraries(${name} PRIVATE ajar_${dep})
  endforeach()
  if(AJAR_SANITIZE AND (ARG_LABELS OR (AJAR_SANITIZE STREQUAL thread AND NOT ARG_THREADED)))
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  add_dependencies(ajar_tests ${name})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${ARG_TIMEOUT} PROCESSORS ${ARG_PROCESSORS} LABELS "${ARG_LABELS}")
endfunction()

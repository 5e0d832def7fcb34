# ajar_fuzz_target(NAME SOURCES x_fuzz.cc DEPS recording [LIBS fmt::fmt] CORPUS corpus [RUNS 20000])
#
# SOURCES define `extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)`, which returns 0.
# CORPUS is a folder of small inputs, one a file. RUNS is how many mutated inputs the test tries; at most 5 s of them.
#
# In the normal build the target is a plain program that replays files and mutated copies of them, always the
# same ones, and the test NAME runs it on the corpus. Configured with clang and -DAJAR_FUZZ=ON it is a libFuzzer:
#   CXX=clang++-19 CC=clang-19 cmake --preset asan -B build/fuzz -DAJAR_FUZZ=ON
#   ninja -C build/fuzz NAME && build/fuzz/fuzz/NAME -max_len=65536 some/empty/folder src/FOLDER/corpus
option(AJAR_FUZZ "Build the fuzz targets as libFuzzer programs (needs clang)" OFF)
if(AJAR_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "AJAR_FUZZ needs clang: configure with CC=clang-19 CXX=clang++-19")
  endif()
  # GCC's own headers use what they declare deprecated; GCC doesn't mind, clang does.
  target_compile_options(ajar_options INTERFACE -fsanitize=fuzzer-no-link -Wno-deprecated-declarations)
else()
  add_library(ajar_fuzz_replay STATIC ${CMAKE_SOURCE_DIR}/testing/fuzz/replay_main.cc)
  target_link_libraries(ajar_fuzz_replay PUBLIC ajar_options)
endif()

function(ajar_fuzz_target name)
  cmake_parse_arguments(ARG "" "CORPUS;RUNS" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT AJAR_TESTS)
    return()
  endif()
  if(NOT ARG_CORPUS)
    message(FATAL_ERROR "ajar_fuzz_target(${name}): which folder is its CORPUS?")
  endif()
  if(NOT ARG_RUNS)
    set(ARG_RUNS 20000)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  target_link_libraries(${name} PRIVATE ajar_options ${ARG_LIBS})
  foreach(dep ${ARG_DEPS})
    target_link_libraries(${name} PRIVATE ajar_${dep})
  endforeach()
  if(AJAR_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_link_libraries(${name} PRIVATE ajar_fuzz_replay)
  if(AJAR_SANITIZE STREQUAL thread)  # what reads bytes from outside does so in one thread
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  add_dependencies(ajar_tests ${name})
  add_test(NAME ${name}.replays_its_corpus
    COMMAND ${name} --runs ${ARG_RUNS} --seconds 5 ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
  set_tests_properties(${name}.replays_its_corpus PROPERTIES TIMEOUT 120)
endfunction()

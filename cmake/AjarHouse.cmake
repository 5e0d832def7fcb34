# One folder = one library = one target. `ajar_library` is the only way in which a library is made, so that what holds for one
# holds for all: the language, the warnings, the include root, the sanitizers.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(AJAR_CCACHE ccache)
if(AJAR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Whatever folder a checkout is in, what another one has compiled is the same.
  set(launcher env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${AJAR_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

if(AJAR_WERROR)
  set(errors -Werror)
endif()
set(AJAR_WARNINGS -Wall -Wextra -Wpedantic ${errors} -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Wcast-align -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi)

# Nobody replaces a function of ours at run time, so that position-independent code may be inlined as any other.
set(AJAR_CODE_GENERATION -fno-semantic-interposition)

add_library(ajar_options INTERFACE)
target_include_directories(ajar_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(ajar_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${AJAR_WARNINGS}>" ${AJAR_CODE_GENERATION})
if(AJAR_SANITIZE)
  target_compile_options(ajar_options INTERFACE -fsanitize=${AJAR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ajar_options INTERFACE -fsanitize=${AJAR_SANITIZE})
endif()

# ajar_library(NAME SOURCES a.cc b.cc DEPS base model [PRIVATE_LIBS fmt::fmt])
# DEPS are ajar's own libraries by folder name; PRIVATE_LIBS are outside libraries that no header of this library shows.
function(ajar_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_LIBS" ${ARGN})
  if(ARG_SOURCES)
    add_library(ajar_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(ajar_${name} PUBLIC ajar_options)
    set(scope PUBLIC)
    if(ARG_PRIVATE_LIBS)
      target_link_libraries(ajar_${name} PRIVATE ${ARG_PRIVATE_LIBS})
    endif()
  else()
    add_library(ajar_${name} INTERFACE)
    target_link_libraries(ajar_${name} INTERFACE ajar_options)
    set(scope INTERFACE)
  endif()
  foreach(dep ${ARG_DEPS})
    target_link_libraries(ajar_${name} ${scope} ajar_${dep})
  endforeach()
endfunction()

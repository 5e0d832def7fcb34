# Victims that are built once more, by another compiler or for another machine, into a folder of their own.
#
#   set(AJAR_AGAIN_32 COMPILER FLAGS …)     the command, by the folder's name
#   set(AJAR_AGAIN_32_LIBS -lpthread)       and what comes at its end
#   set(AJAR_AGAIN_32_HEADERS truth.h)      and what all depend on
#   ajar_again(32 FILE SOURCE [FLAGS …])    one program or library
#   ajar_again_victims(32 NAME …)           NAME.c each, with the libraries that they load. What is RUNS there is run here, too, as "32/NAME …"
#   ajar_again_target(32 TARGET)            all of these

function(ajar_again folder file source)
  set(made ${AJAR_VICTIM_DIR}/${folder}/${file})
  add_custom_command(OUTPUT ${made}
    COMMAND ${AJAR_AGAIN_${folder}} ${ARGN} -o ${made} ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${AJAR_AGAIN_${folder}_LIBS}
    DEPENDS ${source} ${AJAR_AGAIN_${folder}_HEADERS} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY AJAR_AGAIN_${folder}_FILES ${made})
endfunction()

function(ajar_again_victims folder)
  file(MAKE_DIRECTORY ${AJAR_VICTIM_DIR}/${folder})
  foreach(name ${ARGN})
    ajar_again(${folder} ${name} ${name}.c)
  endforeach()
  foreach(which first second)
    ajar_again(${folder} libvictim_${which}.so dlclose_plugin.c -shared -fPIC -DPLUGIN_FUNCTION=leak_in_${which})
  endforeach()
  foreach(which inner outer)
    ajar_again(${folder} libvictim_${which}.so nested_${which}.c -shared -fPIC)
  endforeach()
  get_property(runs GLOBAL PROPERTY AJAR_VICTIM_RUNS)
  foreach(run ${runs})
    string(REGEX REPLACE " .*" "" name "${run}")
    if(name IN_LIST ARGN)
      set_property(GLOBAL APPEND PROPERTY AJAR_VICTIM_RUNS "${folder}/${run}")
    endif()
  endforeach()
endfunction()

function(ajar_again_target folder target)
  get_property(files GLOBAL PROPERTY AJAR_AGAIN_${folder}_FILES)
  add_custom_target(${target} ALL DEPENDS ${files})
  add_dependencies(victims ${target})
endfunction()

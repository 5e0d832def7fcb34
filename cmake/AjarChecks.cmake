# Checks of the project itself, as tests labelled `house`: once is enough, so the sanitizer presets leave them out.

function(ajar_check name)
  cmake_parse_arguments(ARG "" "" "COMMAND" ${ARGN})
  add_test(NAME house.${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(house.${name} PROPERTIES LABELS house TIMEOUT 120)
endfunction()

set(tools ${CMAKE_SOURCE_DIR}/tools)
ajar_check(NoIncludeGoesAgainstTheLayers COMMAND ${tools}/check-layers ${CMAKE_SOURCE_DIR})
ajar_check(TheLayerCheckFindsEachKindOfViolation COMMAND ${tools}/check-layers --self-test)
ajar_check(TheCatalogPageIsUpToDate COMMAND ${tools}/update-catalog --check $<TARGET_FILE:ajar_print_catalog>)
if(TARGET ajar_conformance_run)
  ajar_check(TheConformancePageIsUpToDate COMMAND ${tools}/update-conformance --check ${CMAKE_BINARY_DIR})
endif()
ajar_check(TheComparisonWithWindowsTruthsFindsWhatIsWrong COMMAND ${CMAKE_SOURCE_DIR}/testing/windows_tracing/truths_test.py)
ajar_check(TheAlertRulesFireWhenTheyShould COMMAND ${tools}/check-rules)
ajar_check(TheServiceMayDoWhatItNeedsAndLittleElse COMMAND ${tools}/check-service)
set_tests_properties(house.TheAlertRulesFireWhenTheyShould house.TheServiceMayDoWhatItNeedsAndLittleElse PROPERTIES SKIP_RETURN_CODE 77)
if(TARGET ajar_agent)
  ajar_check(TheAgentNeedsNothingNewerThanGlibc217
    COMMAND ${tools}/check-agent-symbols $<TARGET_FILE:ajar_agent> ${CMAKE_SOURCE_DIR}/src/agent/needed_symbols.txt)
  ajar_check(TheAgentCheckFindsEachKindOfViolation COMMAND ${tools}/check-agent-symbols --self-test)
endif()

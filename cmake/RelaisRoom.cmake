# relais_room(NAME folder LINKS targets...): one library per room, made of the
# folder's own .cc files (but its main.cc, which is a program's). The link list
# is the only way to see another room, so an arrow that turns back does not
# link (docs/architecture.md). A room without sources yet is its headers.
function(relais_room name folder)
  cmake_parse_arguments(ROOM "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "main\\.cc$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ROOM_LINKS})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    relais_warnings(${name})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_LINKS})
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_compile_features(${name} INTERFACE cxx_std_20)
  endif()
  set_property(GLOBAL APPEND PROPERTY RELAIS_ROOMS ${name})
endfunction()

# Warnings are on for our code; -Werror comes from the presets, so a packager's
# newer compiler cannot break a release.
function(relais_warnings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic
    -Wconversion -Wshadow -Wswitch-enum -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual)
endfunction()

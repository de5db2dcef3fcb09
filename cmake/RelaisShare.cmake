# relais_share(): the data that programs read beside themselves.
#
#   share/locale/fr/LC_MESSAGES/relais.mo   what people read, from po/fr.po
#   share/relais/forms/*.textproto          what `relais-hq init` publishes
#   share/relais/reference/                 the tables it publishes
function(relais_share)
  set(share ${PROJECT_BINARY_DIR}/share)
  set(made "")

  foreach(kind forms reference)
    set(folder ${PROJECT_SOURCE_DIR}/proto/${kind})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS LIST_DIRECTORIES false
      ${folder}/*)
    if(files)
      # The folder is made anew, and the stamp knows the names, so that a file
      # removed here is removed there.
      string(MD5 names "${files}")
      set(stamp ${PROJECT_BINARY_DIR}/share.${kind}.${names}.stamp)
      add_custom_command(
        OUTPUT ${stamp}
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${share}/relais/${kind}
        COMMAND ${CMAKE_COMMAND} -E copy_directory ${folder}
          ${share}/relais/${kind}
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${files}
        COMMENT "share: ${kind}"
        VERBATIM)
      list(APPEND made ${stamp})
    endif()
  endforeach()

  set(catalogue ${PROJECT_SOURCE_DIR}/po/fr.po)
  if(EXISTS ${catalogue})
    find_program(MSGFMT msgfmt REQUIRED)
    set(messages ${share}/locale/fr/LC_MESSAGES/relais.mo)
    add_custom_command(
      OUTPUT ${messages}
      COMMAND ${CMAKE_COMMAND} -E make_directory
        ${share}/locale/fr/LC_MESSAGES
      COMMAND ${MSGFMT} -o ${messages} ${catalogue}
      DEPENDS ${catalogue}
      COMMENT "share: messages in French"
      VERBATIM)
    list(APPEND made ${messages})
  endif()

  add_custom_target(relais_share ALL DEPENDS ${made})
  install(DIRECTORY ${share}/ DESTINATION share OPTIONAL)
endfunction()

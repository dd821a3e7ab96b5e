; Installer of Hearth for Windows 10 and later, for one account, without administrator rights (docs/packaging.md).
;
;   makensis -WX -INPUTCHARSET UTF8 -DVERSION=1.2.3 -DNUMBERS=1.2.3.0 -DSTAGE=folder -DFILES=file_list.nsh -DICON=hearth.ico -DOUT=setup.exe
;            [-DTARGET=amd64-unicode] hearth.nsi
;
; STAGE is the folder as it will be on the computer: bin\hearth.exe, bin\hearth-cli.exe, share\...; FILES comes from file_list.py.
; Silent: setup.exe /S [/D=folder], uninstall.exe /S. Exit status: 0 done, 1 cancelled, 3 Hearth is running and did not close.
; What is removed is exactly what was installed; chats and models only after a question whose answer is no by default, and never silently.

!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true
RequestExecutionLevel user
ManifestSupportedOS Win10
ManifestDPIAware true
ManifestLongPathAware true
!ifndef QUICK  ; for checks: larger, but made at once
  SetCompressor /SOLID lzma
!endif
SetDateSave on

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinMessages.nsh
!include "${FILES}"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Hearth"
!define SETTINGS_KEY "Software\Hearth"
!define CLASSES "Software\Classes"
!define FILE_TYPE "Hearth.gguf"
!define PROGRAM "$INSTDIR\bin\hearth.exe"

Name "Hearth"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Hearth"
InstallDirRegKey HKCU "${SETTINGS_KEY}" "InstallFolder"
BrandingText "Hearth ${VERSION}"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Hearth"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installer of Hearth"
VIAddVersionKey "CompanyName" "The Hearth project"
VIAddVersionKey "LegalCopyright" "Licensed under the Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "${PROGRAM}"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${STAGE}/share/doc/hearth/LICENSE"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include /CHARSET=UTF8 texts.nsh

Var Upgrading   ; "1": the uninstaller was started by the installer of another version
Var DataFolder  ; of the chats and models

; Leaves when a program of the folder runs and does not close: its file cannot be opened for writing then. Windows are asked to close as a
; click on their X does it, so that everything is stored.
!macro CloseProgram UN
Function ${UN}IsRunning  ; in $0 "1" or "0"
  StrCpy $0 "0"
  ${For} $1 0 1
    StrCpy $2 "${PROGRAM}"
    ${If} $1 = 1
      StrCpy $2 "$INSTDIR\bin\hearth-cli.exe"
    ${EndIf}
    ${If} ${FileExists} "$2"
      ClearErrors
      FileOpen $3 "$2" a
      ${If} ${Errors}
        StrCpy $0 "1"
      ${Else}
        FileClose $3
      ${EndIf}
    ${EndIf}
  ${Next}
FunctionEnd

Function ${UN}CloseProgram
  Call ${UN}IsRunning
  ${If} $0 == "0"
    Return
  ${EndIf}
  ${IfNot} ${Silent}
    MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "$(RunningText)" IDOK close
    SetErrorLevel 3
    Abort "$(RunningAbort)"
  ${EndIf}
  close:
  nsExec::Exec 'taskkill /IM hearth.exe'
  Pop $0
  ${For} $4 1 40
    Sleep 250
    Call ${UN}IsRunning
    ${If} $0 == "0"
      Return
    ${EndIf}
  ${Next}
  MessageBox MB_RETRYCANCEL|MB_ICONSTOP "$(StillRunningText)" /SD IDCANCEL IDRETRY close
  SetErrorLevel 3
  ${If} ${Silent}
    Quit
  ${EndIf}
  Abort "$(RunningAbort)"
FunctionEnd
!macroend
!insertmacro CloseProgram ""
!insertmacro CloseProgram "un."

; The files of the version that is there, by its own list: some of them may not exist any more in this one.
Function RemoveOldVersion
  ReadRegStr $5 HKCU "${SETTINGS_KEY}" "InstallFolder"
  ${If} $5 == ""
    Return
  ${EndIf}
  ${If} ${FileExists} "$5\uninstall.exe"
    DetailPrint "$(RemovingOld)"
    ; "_?=" makes it work in place, so that it can be waited for; then it cannot remove itself.
    ExecWait '"$5\uninstall.exe" /S /upgrade _?=$5' $6
    ${If} $6 <> 0
      SetErrorLevel 3
      MessageBox MB_OK|MB_ICONSTOP "$(OldStays)" /SD IDOK
      Abort "$(RunningAbort)"
    ${EndIf}
    Delete "$5\uninstall.exe"
    RMDir "$5"
  ${EndIf}
FunctionEnd

Section "Hearth" SectionProgram
  SectionIn RO
  Call CloseProgram
  Call RemoveOldVersion
  !insertmacro BringFiles
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Hearth.lnk" "${PROGRAM}" "" "${PROGRAM}" 0 SW_SHOWNORMAL "" "$(ShortcutText)"

  WriteRegStr HKCU "${SETTINGS_KEY}" "InstallFolder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Hearth"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Hearth project"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "${PROGRAM},0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
SectionEnd

; In "Open with" and among the default apps of Settings. It becomes the default only where there is none, or when the person says so; a
; choice made in Windows itself always wins.
Section "$(SectionFilesName)" SectionFiles
  WriteRegStr HKCU "${CLASSES}\${FILE_TYPE}" "" "$(FileTypeText)"
  WriteRegStr HKCU "${CLASSES}\${FILE_TYPE}\DefaultIcon" "" "${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${FILE_TYPE}\shell\open\command" "" '"${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\.gguf\OpenWithProgids" "${FILE_TYPE}" ""
  WriteRegStr HKCU "${CLASSES}\Applications\hearth.exe" "FriendlyAppName" "Hearth"
  WriteRegStr HKCU "${CLASSES}\Applications\hearth.exe\shell\open\command" "" '"${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\hearth.exe\SupportedTypes" ".gguf" ""
  WriteRegStr HKCU "${SETTINGS_KEY}\Capabilities" "ApplicationName" "Hearth"
  WriteRegStr HKCU "${SETTINGS_KEY}\Capabilities" "ApplicationDescription" "$(ShortcutText)"
  WriteRegStr HKCU "${SETTINGS_KEY}\Capabilities\FileAssociations" ".gguf" "${FILE_TYPE}"
  WriteRegStr HKCU "Software\RegisteredApplications" "Hearth" "${SETTINGS_KEY}\Capabilities"
  ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
  ${If} $0 == ""
    ReadRegStr $0 HKCR ".gguf" ""  ; of the whole computer; wine keeps the two apart
  ${EndIf}
  ${If} $0 != ""
  ${AndIf} $0 != "${FILE_TYPE}"
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(TakeOverText)" /SD IDNO IDNO keep
    ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
    WriteRegStr HKCU "${SETTINGS_KEY}" "FormerFileType" "$0"
  ${EndIf}
  WriteRegStr HKCU "${CLASSES}\.gguf" "" "${FILE_TYPE}"
  keep:
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'  ; SHCNE_ASSOCCHANGED
SectionEnd

Section /o "$(SectionDesktopName)" SectionDesktop
  CreateShortCut "$DESKTOP\Hearth.lnk" "${PROGRAM}" "" "${PROGRAM}" 0 SW_SHOWNORMAL "" "$(ShortcutText)"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "$(SectionProgramText)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionFiles} "$(SectionFilesText)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "$(SectionDesktopText)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/upgrade" $1
  ${IfNot} ${Errors}
    StrCpy $Upgrading "1"
  ${EndIf}
FunctionEnd

; Asks once, and a second time when the folder is one that the person chose. Without a click nothing happens.
Function un.AskForData
  StrCpy $7 "$LOCALAPPDATA\hearth\data"
  ReadRegStr $DataFolder HKCU "${SETTINGS_KEY}" "DataFolder"  ; app/services/platform_windows.cpp
  ${If} $DataFolder == ""
    StrCpy $DataFolder $7
  ${EndIf}
  ${IfNot} ${FileExists} "$DataFolder\hearth.db"
    StrCpy $DataFolder ""
    Return
  ${EndIf}
  MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(EraseText)" /SD IDNO IDYES yes
  StrCpy $DataFolder ""
  Return
  yes:
  ${If} $DataFolder != $7
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(EraseChosenText)" /SD IDNO IDYES done
    StrCpy $DataFolder ""
  ${EndIf}
  done:
FunctionEnd

; Only what Hearth makes in that folder (app/storage/storage_folder.h and its neighbours); what else lies there stays, and the folder with it.
Function un.EraseData
  Delete "$DataFolder\hearth.db"
  Delete "$DataFolder\hearth.db-wal"
  Delete "$DataFolder\hearth.db-shm"
  Delete "$DataFolder\hearth.db-journal"
  Delete "$DataFolder\hearth.db.part*"
  Delete "$DataFolder\check-database"
  Delete "$DataFolder\running"
  RMDir /r "$DataFolder\backups"
  RMDir /r "$DataFolder\damaged"
  RMDir /r "$DataFolder\models"
  RMDir /r "$DataFolder\adapters"
  RMDir /r "$DataFolder\cache"
  RMDir "$DataFolder"
  Delete "$LOCALAPPDATA\hearth\location.ini"
  RMDir "$LOCALAPPDATA\hearth"
  DeleteRegValue HKCU "${SETTINGS_KEY}" "DataFolder"
FunctionEnd

Section "Uninstall"
  Call un.CloseProgram
  ${If} $Upgrading != "1"
    Call un.AskForData
  ${EndIf}
  !insertmacro RemoveFiles
  ${If} $Upgrading == "1"
    Return  ; the installer of the other version writes the rest anew
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Hearth.lnk"
  Delete "$DESKTOP\Hearth.lnk"
  ${If} $DataFolder != ""
    Call un.EraseData
  ${EndIf}

  ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
  ${If} $0 == "${FILE_TYPE}"
    ReadRegStr $1 HKCU "${SETTINGS_KEY}" "FormerFileType"
    ${If} $1 == ""
      DeleteRegValue HKCU "${CLASSES}\.gguf" ""
    ${Else}
      WriteRegStr HKCU "${CLASSES}\.gguf" "" "$1"
    ${EndIf}
  ${EndIf}
  DeleteRegValue HKCU "${CLASSES}\.gguf\OpenWithProgids" "${FILE_TYPE}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf\OpenWithProgids"
  DeleteRegKey HKCU "${CLASSES}\${FILE_TYPE}"
  DeleteRegKey HKCU "${CLASSES}\Applications\hearth.exe"
  DeleteRegValue HKCU "Software\RegisteredApplications" "Hearth"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "${SETTINGS_KEY}\Capabilities"
  DeleteRegValue HKCU "${SETTINGS_KEY}" "InstallFolder"
  DeleteRegValue HKCU "${SETTINGS_KEY}" "FormerFileType"
  DeleteRegKey /ifempty HKCU "${SETTINGS_KEY}"  ; stays with DataFolder, so that the data is found by the next installation
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

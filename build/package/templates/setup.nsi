; Installs {{.Name}} for the user who runs this, without asking for more rights.
Unicode true
{{- if .Wide}}
Target amd64-unicode
{{- end}}
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "Sections.nsh"

!define NAME "{{nsis .Name}}"
!define ID "{{.ID}}"
!define EXE "{{.ID}}.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\{{.ID}}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

Name "${NAME}"
OutFile "{{nsis .Paths.Out}}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${ID}" "InstallDir"
SetCompressor /SOLID lzma
SetDateSave off
ManifestDPIAware true
BrandingText "${NAME} {{.Version}}"
VIProductVersion "{{.Version}}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "{{.Version}}"
VIAddVersionKey "FileVersion" "{{.Version}}"
VIAddVersionKey "FileDescription" "${NAME} set-up"
VIAddVersionKey "CompanyName" "{{nsis .Publisher}}"
VIAddVersionKey "LegalCopyright" "{{nsis .Publisher}}, {{.License}}"
{{- if .Signing}}
!uninstfinalize '"{{.Paths.SignScript}}" "%1"' = 0
{{- end}}

!define MUI_ICON "{{nsis .Paths.Icon}}"
!define MUI_UNICON "{{nsis .Paths.Icon}}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "This installs ${NAME} {{.Version}} for you alone.$\r$\n$\r$\nIf it is running, it is shut down first; what it is doing gets finished.$\r$\n$\r$\n$_CLICK"
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A running program holds its file. It ends when its own -quit asks it to, after
; what is in flight; what runs from elsewhere under the same id ends as well.
!macro QuitRunning
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    DetailPrint "Shutting down ${NAME}, if it is running"
    ExecWait '"$INSTDIR\${EXE}" -quit'
  ${EndIf}
!macroend

; Windows keeps the file of a program for a moment after its end.
!macro RemoveProgram DONE FAILED
  StrCpy $R0 0
  ${Do}
    ClearErrors
    Delete "$INSTDIR\${EXE}"
    ${IfNot} ${Errors}
      ${ExitDo}
    ${EndIf}
    IntOp $R0 $R0 + 1
    ${If} $R0 < 100
      Sleep 100
      ${Continue}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$INSTDIR\${EXE} cannot be ${DONE}. Is ${NAME} still running? Shut it down and try again." /SD IDCANCEL IDRETRY retry
    Delete "$INSTDIR\${EXE}.new"
    SetErrorLevel 1
    Abort "${NAME} ${FAILED}."
    retry:
  ${Loop}
!macroend

Section "${NAME}" SectionProgram
  SectionIn RO
  !insertmacro QuitRunning
  SetOutPath "$INSTDIR"
  ; Not onto the old file: an installation that fails leaves that as it was.
  File "/oname=${EXE}.new" "{{nsis .Paths.Program}}"
  File "{{nsis .Paths.License}}"
  !insertmacro RemoveProgram "replaced" "was not installed"
  Rename "$INSTDIR\${EXE}.new" "$INSTDIR\${EXE}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${EXE}" "" "" "" SW_SHOWNORMAL "" "{{nsis .Summary}}"
  WriteRegStr HKCU "Software\${ID}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "{{.Version}}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "{{nsis .Publisher}}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section /o "Icon on the desktop" SectionDesktop
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${EXE}" "" "" "" SW_SHOWNORMAL "" "{{nsis .Summary}}"
SectionEnd

; The same entry that the program's own settings make.
Section /o "Start at login" SectionLogin
  WriteRegStr HKCU "${RUN}" "${ID}" '"$INSTDIR\${EXE}" -no-browser'
  DeleteRegValue HKCU "${APPROVED}" "${ID}"
SectionEnd

; What was chosen last time is chosen again.
Function .onInit
  ${If} ${FileExists} "$DESKTOP\${NAME}.lnk"
    !insertmacro SelectSection ${SectionDesktop}
  ${EndIf}
FunctionEnd

Section "un.${NAME}" UnsectionProgram
  SectionIn RO
  !insertmacro QuitRunning
  !insertmacro RemoveProgram "removed" "was not removed"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegValue HKCU "${RUN}" "${ID}"
  DeleteRegValue HKCU "${APPROVED}" "${ID}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${ID}"
SectionEnd

; Offered, and never done unasked: these are the owner's.
Section /o "un.My settings and the log" UnsectionOwners
  RMDir /r "$APPDATA\${ID}"
  RMDir /r "$LOCALAPPDATA\${ID}"
SectionEnd

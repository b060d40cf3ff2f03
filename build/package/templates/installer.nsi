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
!define EXE "{{.Command}}.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\{{.ID}}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define CLASSES "Software\Classes"
; What the installer has registered to be opened by the program: a value for each extension
; or scheme, which holds all that were registered with it.
!define OPENS "Software\{{.ID}}\Opens"
!define OPENED "{{range .Extensions}}{{.Ext}} {{end}}{{range .Schemes}}{{.Scheme}}: {{end}}"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

Name "${NAME}" "{{nsis (amps .Name)}}"
OutFile "{{.Command}}-setup.exe"
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
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "CompanyName" "{{nsis .Publisher}}"
VIAddVersionKey "LegalCopyright" "{{nsis .Copyright}}"
{{- if .Signing}}
!uninstfinalize '../sign.sh "%1"' = 0
{{- end}}

!define MUI_ICON "icon.ico"
!define MUI_UNICON "icon.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "This installs ${NAME} {{.Version}} for you alone.$\r$\n$\r$\nIf it is running, it is shut down first; what it is doing gets finished.$\r$\n$\r$\n$_CLICK"
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipFolder
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE LeaveFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A running program holds its file. It ends when its own -quit asks it to, after
; what is in flight; a copy that runs from elsewhere under the same id ends as well.
!macro QuitRunning
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    DetailPrint "Shutting down ${NAME}, if it is running"
    ExecWait '"$INSTDIR\${EXE}" -quit'
  ${EndIf}
!macroend

; Warn reports a failure that does not stop the rest.
!macro Warn TEXT
  SetErrorLevel 1
  DetailPrint "${TEXT}"
  MessageBox MB_OK|MB_ICONEXCLAMATION "${TEXT}" /SD IDOK
!macroend

; Check ends the installer if the step before it has failed.
!macro Check TEXT
  ${If} ${Errors}
    Push "${TEXT}"
    Call Fail
  ${EndIf}
!macroend

Var Problem  ; why nothing can be installed in $INSTDIR
Var Begun    ; 1 when there is something to undo
Var Owned    ; 1 if $INSTDIR is the program's folder
Var First    ; 1 at a first installation
Var MadeDir  ; 1 if this installer has made $INSTDIR
Var Outcome  ; of a failure at this point

Function Fail
  Call Undo
  Pop $0
  SetErrorLevel 1
  MessageBox MB_OK|MB_ICONSTOP "$0$\r$\n$\r$\n$Outcome" /SD IDOK
  Abort "$0 $Outcome"
FunctionEnd

; Undo takes a first installation back. An upgrade that fails leaves a whole
; program, the old or the new one, so only its temporary files go.
Function Undo
  ${If} $Begun != 1
    Return
  ${EndIf}
  SetOutPath "$TEMP" ; Windows keeps the working directory of a process
  Delete "$INSTDIR\${EXE}.new"
  Delete "$INSTDIR\LICENSE.txt.new"
  Delete "$INSTDIR\uninstall.exe.new"
  ${If} $First == 1
    ReadRegStr $0 HKCU "Software\${ID}" "StartMenu"
    ${If} $0 == 1
      Delete "$SMPROGRAMS\${NAME}.lnk"
    ${EndIf}
    DeleteRegKey HKCU "${UNINSTALL}"
    StrCpy $R1 ""
    Call Forget
    Delete "$INSTDIR\${EXE}"
    Delete "$INSTDIR\LICENSE.txt"
    Delete "$INSTDIR\uninstall.exe"
    ${IfNot} ${FileExists} "$INSTDIR\${EXE}"
      DeleteRegKey HKCU "Software\${ID}"
    ${EndIf}
  ${EndIf}
  ${If} $MadeDir == 1
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

; A failure inside File, such as a full disk, ends the installer without Fail.
Function .onInstFailed
  Call Undo
FunctionEnd

; Replace puts NAME.new in the place of NAME in one step; the old file stays until
; then. Windows and virus scanners hold the file of a program for a moment after
; its end.
Function Replace
  Pop $1
  StrCpy $2 "$INSTDIR\$1.new"
  StrCpy $3 "$INSTDIR\$1"
  StrCpy $R0 0
  ${Do}
    ; MOVEFILE_REPLACE_EXISTING and MOVEFILE_WRITE_THROUGH
    System::Call 'kernel32::MoveFileEx(t r2, t r3, i 9) i .r0'
    ${If} $0 <> 0
      ${ExitDo}
    ${EndIf}
    IntOp $R0 $R0 + 1
    ${If} $R0 < 100
      Sleep 100
      ${Continue}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$3 cannot be replaced. Is ${NAME} still running? Shut it down and try again." /SD IDCANCEL IDRETRY retry
    Push "$3 cannot be replaced."
    Call Fail
    retry:
  ${Loop}
FunctionEnd

; CheckFolder sets $First, $Owned if an installation has begun in $INSTDIR, and
; $Problem if that is no folder to install in.
Function CheckFolder
  StrCpy $First 1
  StrCpy $Owned 0
  StrCpy $Problem ""
  ReadRegStr $0 HKCU "Software\${ID}" "InstallDir"
  ReadRegStr $1 HKCU "${UNINSTALL}" "UninstallString"
  ${If} $0 == ""
    ; nothing is installed
  ${ElseIf} $0 == $INSTDIR
    ${If} ${FileExists} "$0\${EXE}"
      StrCpy $First 0
    ${EndIf}
    ${If} ${FileExists} "$0\${EXE}*"
    ${OrIf} ${FileExists} "$0\uninstall.exe"
      StrCpy $Owned 1
    ${EndIf}
  ${ElseIf} ${FileExists} "$0\${EXE}*"
    StrCpy $Problem "${NAME} is installed in $0. To have it elsewhere, uninstall it first."
  ${ElseIf} ${FileExists} "$0\uninstall.exe"
  ${AndIf} $1 != ""
    StrCpy $Problem "${NAME} is not completely uninstalled from $0. Uninstall it first."
  ${EndIf}
  ${DirState} "$INSTDIR" $1
  ${If} $Owned == 0
  ${AndIf} $1 == 1 ; neither missing nor empty
  ${AndIf} $Problem == ""
    StrCpy $Problem "The folder $INSTDIR holds other files. Choose an empty or a new one."
  ${EndIf}
FunctionEnd

; An upgrade goes where the older version is.
Function SkipFolder
  Call CheckFolder
  ${If} $Owned == 1
    Abort
  ${EndIf}
FunctionEnd

Function LeaveFolder
  Call CheckFolder
  ${If} $Problem != ""
    MessageBox MB_OK|MB_ICONEXCLAMATION "$Problem"
    Abort
  ${EndIf}
FunctionEnd

; Shortcut makes a shortcut, or makes it again, unless one of that name is somebody
; else's. The registry has VALUE for those that are the installer's.
!macro Shortcut VALUE FILE
  ClearErrors
  ${IfNot} ${FileExists} "${FILE}"
    WriteRegStr HKCU "Software\${ID}" "${VALUE}" 1
  ${EndIf}
  ${If} ${Errors} ; which clears the flag
    SetErrors
  ${Else}
    ReadRegStr $0 HKCU "Software\${ID}" "${VALUE}"
    ClearErrors
    ${If} $0 == 1
      CreateShortcut "${FILE}" "$INSTDIR\${EXE}" "" "" "" SW_SHOWNORMAL "" "{{nsis .Summary}}"
    ${Else}
      DetailPrint "${FILE} was there before and stays as it is"
    ${EndIf}
  ${EndIf}
!macroend

{{- if .Extensions}}
; Extension adds the program to those that can open a kind of file. Which one does is the
; owner's choice.
!macro Extension EXT TITLE
  ClearErrors
  WriteRegStr HKCU "${OPENS}" "${EXT}" "${OPENED}"
  ${If} ${Errors} ; what is not recorded would never be removed
    SetErrors ; which the question has cleared
  ${Else}
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}" "" "${TITLE}"
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}\shell\open\command" "" '"$INSTDIR\${EXE}" -- "%1"'
    WriteRegStr HKCU "${CLASSES}\${EXT}\OpenWithProgids" "${ID}${EXT}" ""
  ${EndIf}
!macroend
{{end}}
{{- if .Schemes}}
; Scheme has the program open a scheme of URLs, unless it is somebody else's already. The
; command comes first: by that the installer knows its own.
!macro Scheme SCHEME
  StrCpy $0 "${SCHEME}"
  Call IsOurs
  EnumRegKey $2 HKCU "${CLASSES}\${SCHEME}" 0
  EnumRegKey $3 HKLM "${CLASSES}\${SCHEME}" 0
  EnumRegValue $4 HKLM "${CLASSES}\${SCHEME}" 0
  ClearErrors
  ${If} $1 == 1
  ${OrIf} "$2$3$4" == ""
    WriteRegStr HKCU "${OPENS}" "${SCHEME}" "${OPENED}"
    ${IfNot} ${Errors} ; as above
      WriteRegStr HKCU "${CLASSES}\${SCHEME}\shell\open\command" "" '"$INSTDIR\${EXE}" -- "%1"'
    ${Else}
      SetErrors
    ${EndIf}
    ${If} ${Errors}
      SetErrors
    ${Else}
      WriteRegStr HKCU "${CLASSES}\${SCHEME}" "" "URL:${NAME}"
      WriteRegStr HKCU "${CLASSES}\${SCHEME}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
      WriteRegStr HKCU "${CLASSES}\${SCHEME}" "URL Protocol" ""
    ${EndIf}
  ${Else}
    DetailPrint "${SCHEME}: belongs to another program and stays as it is"
  ${EndIf}
!macroend
{{end}}
Section "${NAME}" SectionProgram
  SectionIn RO
  StrCpy $Outcome "Nothing was changed."
  Call CheckFolder
  ${If} $Problem != ""
    Push $Problem
    Call Fail
  ${EndIf}
  ${IfNot} ${FileExists} "$INSTDIR\*.*"
    StrCpy $MadeDir 1
  ${EndIf}
  StrCpy $Outcome "Nothing was installed."
  ${If} $First == 0
    StrCpy $Outcome "The version that was installed before is still there."
  ${EndIf}
  StrCpy $Begun 1
  ClearErrors
  ; First of all, so that an interrupted installation can be gone on with.
  WriteRegStr HKCU "Software\${ID}" "InstallDir" "$INSTDIR"
  !insertmacro Check "The registry key HKCU\Software\${ID} cannot be written."
  SetOutPath "$INSTDIR"
  !insertmacro Check "The folder $INSTDIR cannot be made."

  ; First everything new beside the old files, then one after another in their place.
  SetOverwrite try
  File "/oname=${EXE}.new" "{{.Command}}.exe"
  !insertmacro Check "$INSTDIR\${EXE}.new cannot be written."
  File "/oname=LICENSE.txt.new" "LICENSE.txt"
  !insertmacro Check "$INSTDIR\LICENSE.txt.new cannot be written."
  WriteUninstaller "$INSTDIR\uninstall.exe.new"
  !insertmacro Check "$INSTDIR\uninstall.exe.new cannot be written."
  ExecWait '"$INSTDIR\${EXE}.new" -version' $0
  ${If} $0 != 0
    SetErrors
  ${EndIf}
  !insertmacro Check "This computer cannot run ${NAME} {{.Version}}. Is the installer for another processor, or does a virus scanner stop it?"
  !insertmacro QuitRunning
  Push "LICENSE.txt"
  Call Replace
  Push "uninstall.exe"
  Call Replace
  Push "${EXE}"
  Call Replace

  ${If} $First == 0
    StrCpy $Outcome "${NAME} {{.Version}} works, but Windows lists it wrongly: run this installer again."
  ${EndIf}
  !insertmacro Shortcut "StartMenu" "$SMPROGRAMS\${NAME}.lnk"
  !insertmacro Check "$SMPROGRAMS\${NAME}.lnk cannot be written."
{{- range .Extensions}}
  !insertmacro Extension "{{.Ext}}" "{{nsis .Title}}"
  !insertmacro Check "The registry keys for {{.Ext}} in HKCU\${CLASSES} cannot be written."
{{- end}}
{{- range .Schemes}}
  !insertmacro Scheme "{{.Scheme}}"
  !insertmacro Check "The registry keys for {{.Scheme}}: in HKCU\${CLASSES} cannot be written."
{{- end}}
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "{{nsis .Publisher}}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "{{.Version}}"
  !insertmacro Check "The registry key HKCU\${UNINSTALL} cannot be written."
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
  StrCpy $R1 "${OPENED}"
  Call Forget
  ${If} $R3 != ""
    !insertmacro Warn "${NAME} is installed, but the registry still says that it opens $R3."
  ${EndIf}
SectionEnd

Section /o "Icon on the desktop" SectionDesktop
  !insertmacro Shortcut "Desktop" "$DESKTOP\${NAME}.lnk"
  ${If} ${Errors}
    !insertmacro Warn "${NAME} is installed, but $DESKTOP\${NAME}.lnk cannot be written."
  ${EndIf}
SectionEnd

; The same entry that the program's own settings make.
Section /o "Start at login" SectionLogin
  ClearErrors
  WriteRegStr HKCU "${RUN}" "${ID}" '"$INSTDIR\${EXE}" -no-browser'
  ${If} ${Errors}
    !insertmacro Warn "${NAME} is installed, but the registry does not let it start at login."
  ${EndIf}
  DeleteRegValue HKCU "${APPROVED}" "${ID}"
SectionEnd

; What was chosen last time is chosen again.
Function .onInit
  ReadRegStr $0 HKCU "Software\${ID}" "Desktop"
  ${If} $0 == 1
  ${AndIf} ${FileExists} "$DESKTOP\${NAME}.lnk"
    !insertmacro SelectSection ${SectionDesktop}
  ${EndIf}
FunctionEnd

; RemoveProgram deletes the program's file. Windows keeps it for a moment after the
; program's end.
!macro RemoveProgram
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
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$INSTDIR\${EXE} cannot be removed. Is ${NAME} still running? Shut it down and try again." /SD IDCANCEL IDRETRY retry
    SetErrorLevel 1
    Abort "${NAME} was not removed."
    retry:
  ${Loop}
!macroend

; IsOurs sets $1 to 1 if the scheme $0 starts a program that the installer has installed.
;
; Forget takes back all that is registered to be opened by the program, but for the set
; $R1, and has Windows look again. $R3 is the last that cannot be taken back.
!macro Opens UN
Function ${UN}IsOurs
  ReadRegStr $1 HKCU "${CLASSES}\$0\shell\open\command" ""
  StrLen $2 '\${EXE}" -- "%1"'
  StrCpy $1 $1 "" -$2
  ${If} $1 == '\${EXE}" -- "%1"'
    StrCpy $1 1
  ${EndIf}
FunctionEnd

Function ${UN}Forget
  StrCpy $R0 0
  StrCpy $R3 ""
  ${Do}
    EnumRegValue $0 HKCU "${OPENS}" $R0
    ${If} $0 == ""
      ${ExitDo}
    ${EndIf}
    IntOp $R0 $R0 + 1
    ReadRegStr $1 HKCU "${OPENS}" $0
    ${If} $1 == $R1
      ${Continue}
    ${EndIf}
    StrCpy $1 $0 1
    ${If} $1 == "."
      DeleteRegKey HKCU "${CLASSES}\${ID}$0"
      DeleteRegValue HKCU "${CLASSES}\$0\OpenWithProgids" "${ID}$0"
      DeleteRegKey /ifempty HKCU "${CLASSES}\$0\OpenWithProgids"
      DeleteRegKey /ifempty HKCU "${CLASSES}\$0"
      EnumRegKey $1 HKCU "${CLASSES}\${ID}$0" 0
      ClearErrors
      ReadRegStr $2 HKCU "${CLASSES}\$0\OpenWithProgids" "${ID}$0"
      ${IfNot} ${Errors}
        StrCpy $1 $0
      ${EndIf}
    ${Else}
      Call ${UN}IsOurs
      ${If} $1 == 1
        DeleteRegKey HKCU "${CLASSES}\$0"
        Call ${UN}IsOurs
      ${EndIf}
      ${If} $1 != 1
        StrCpy $1 ""
      ${EndIf}
    ${EndIf}
    ${If} $1 != ""
      StrCpy $R3 $0
      ${Continue}
    ${EndIf}
    ClearErrors
    DeleteRegValue HKCU "${OPENS}" $0
    ${IfNot} ${Errors}
      IntOp $R0 $R0 - 1
    ${EndIf}
  ${Loop}
  ClearErrors
  ; SHCNE_ASSOCCHANGED
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd
!macroend
!insertmacro Opens ""
!insertmacro Opens "un."

; CheckRemoved ends the uninstaller, which can then be run again, if a file is left.
!macro CheckRemoved
  ${If} ${Errors}
    SetErrorLevel 1
    MessageBox MB_OK|MB_ICONSTOP "Some files of ${NAME} in $INSTDIR, the start menu or the desktop cannot be removed. Close the programs that use them and try again." /SD IDOK
    Abort "${NAME} was not removed completely."
  ${EndIf}
!macroend

; A copy of the folder is not what Windows knows of.
Function un.onInit
  ReadRegStr $0 HKCU "Software\${ID}" "InstallDir"
  ${If} $0 != ""
  ${AndIf} $0 != $INSTDIR
    MessageBox MB_OK|MB_ICONSTOP "${NAME} is installed in $0, and this uninstaller is that of $INSTDIR. Nothing was removed." /SD IDOK
    SetErrorLevel 1
    Abort
  ${EndIf}
FunctionEnd

Section "un.${NAME}" UnsectionProgram
  SectionIn RO
  !insertmacro QuitRunning
  !insertmacro RemoveProgram
  ReadRegStr $1 HKCU "Software\${ID}" "StartMenu"
  ReadRegStr $2 HKCU "Software\${ID}" "Desktop"
  ClearErrors
  Delete "$INSTDIR\LICENSE.txt"
  ; Those of an installer that was interrupted.
  Delete "$INSTDIR\${EXE}.new"
  Delete "$INSTDIR\LICENSE.txt.new"
  Delete "$INSTDIR\uninstall.exe.new"
  ${If} $1 == 1
    Delete "$SMPROGRAMS\${NAME}.lnk"
  ${EndIf}
  ${If} $2 == 1
    Delete "$DESKTOP\${NAME}.lnk"
  ${EndIf}
  !insertmacro CheckRemoved
  StrCpy $R1 ""
  Call un.Forget
  ; Unless another copy starts at login.
  ReadRegStr $0 HKCU "${RUN}" "${ID}"
  StrCpy $1 $0 1
  ${If} $1 == '"'
    StrCpy $0 $0 "" 1
  ${EndIf}
  StrLen $1 "$INSTDIR\${EXE}"
  StrCpy $0 $0 $1
  ${If} $0 == "$INSTDIR\${EXE}"
    DeleteRegValue HKCU "${RUN}" "${ID}"
    DeleteRegValue HKCU "${APPROVED}" "${ID}"
  ${EndIf}
  ClearErrors
  ${If} $EXEDIR != $INSTDIR ; else _?= has started it in the folder, and its caller removes that
    Delete "$INSTDIR\uninstall.exe"
    !insertmacro CheckRemoved
    RMDir "$INSTDIR"
    DeleteRegKey HKCU "Software\${ID}"
    ReadRegStr $R1 HKCU "Software\${ID}" "InstallDir"
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL}"
  ReadRegStr $R2 HKCU "${UNINSTALL}" "UninstallString"
  ${If} "$R1$R2$R3" != ""
    !insertmacro Warn "The files of ${NAME} are removed, but some of its registry entries cannot be."
  ${EndIf}
SectionEnd

; Offered, and never done unasked: these are the owner's.
Section /o "un.My settings, files and the log" UnsectionOwners
  RMDir /r "$APPDATA\${ID}"
  RMDir /r "$LOCALAPPDATA\${ID}"
  ${If} ${FileExists} "$APPDATA\${ID}"
  ${OrIf} ${FileExists} "$LOCALAPPDATA\${ID}"
    !insertmacro Warn "Some files in $APPDATA\${ID} or $LOCALAPPDATA\${ID} cannot be removed."
  ${EndIf}
SectionEnd

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
; The installer's own key. Software\${ID} may belong to others: with the ID classes, it has
; everything that Windows opens.
!define VENDOR "Software\Dibbler"
!define OWN "${VENDOR}\${ID}"
; The extensions and schemes that the installer has registered for the program: a value for
; each. It holds the list of all that the same version has registered.
!define OPENS "${OWN}\Opens"
!define OPENED "{{range .Extensions}}{{.Ext}} {{end}}{{range .Schemes}}{{.Scheme}}: {{end}}"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

Name "${NAME}" "{{nsis (amps .Name)}}"
OutFile "{{.Command}}-setup.exe"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${OWN}" "InstallDir"
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
!define MUI_WELCOMEPAGE_TEXT "This installs ${NAME} {{.Version}} for you, not for other users of this computer.$\r$\n$\r$\nIf ${NAME} is running, it finishes its work and is shut down first.$\r$\n$\r$\n$_CLICK"
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

; QuitRunning shuts down the program, because Windows locks the file of a running one. It
; also shuts down a copy with the same ID that runs from another folder.
!macro QuitRunning
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    DetailPrint "Shutting down ${NAME}, if it is running"
    ExecWait '"$INSTDIR\${EXE}" -quit'
  ${EndIf}
!macroend

; Warn reports a failure and continues.
!macro Warn TEXT
  SetErrorLevel 1
  DetailPrint "${TEXT}"
  MessageBox MB_OK|MB_ICONEXCLAMATION "${TEXT}" /SD IDOK
!macroend

; Check ends the installer if the step before it failed.
!macro Check TEXT
  ${If} ${Errors}
    Push "${TEXT}"
    Call Fail
  ${EndIf}
!macroend

Var Problem  ; why nothing can be installed in $INSTDIR
Var Begun    ; 1 if there is something to undo
Var Owned    ; 1 if $INSTDIR is the program's folder
Var First    ; 1 at a first installation
Var MadeDir  ; 1 if this run has made $INSTDIR
Var Outcome  ; the result of a failure at this point, for the owner

Function Fail
  Call Undo
  Pop $0
  SetErrorLevel 1
  MessageBox MB_OK|MB_ICONSTOP "$0$\r$\n$\r$\n$Outcome" /SD IDOK
  Abort "$0 $Outcome"
FunctionEnd

; Undo removes everything that a first installation has made. A failed upgrade leaves a
; complete program, the old or the new one, so only its temporary files are removed.
Function Undo
  ${If} $Begun != 1
    Return
  ${EndIf}
  SetOutPath "$TEMP" ; Windows does not remove the working directory of a process
  Delete "$INSTDIR\${EXE}.new"
  Delete "$INSTDIR\LICENSE.txt.new"
  Delete "$INSTDIR\uninstall.exe.new"
  ${If} $First == 1
    ReadRegStr $0 HKCU "${OWN}" "StartMenu"
    ${If} $0 != ""
      Delete "$SMPROGRAMS\$0.lnk"
    ${EndIf}
    DeleteRegKey HKCU "${UNINSTALL}"
    StrCpy $R1 ""
    Call Forget
    Delete "$INSTDIR\${EXE}"
    Delete "$INSTDIR\LICENSE.txt"
    Delete "$INSTDIR\uninstall.exe"
    ${IfNot} ${FileExists} "$INSTDIR\${EXE}"
      DeleteRegKey HKCU "${OWN}"
      DeleteRegKey /ifempty HKCU "${VENDOR}"
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

; Replace renames NAME.new to NAME, which replaces the old file in one step. It tries for 10
; seconds, because Windows and virus scanners lock a program's file for a moment after the
; program ends.
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

; CheckFolder sets $First, $Owned and $Problem for $INSTDIR. An interrupted installation
; also owns its folder.
Function CheckFolder
  StrCpy $First 1
  StrCpy $Owned 0
  StrCpy $Problem ""
  ReadRegStr $0 HKCU "${OWN}" "InstallDir"
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
    StrCpy $Problem "${NAME} is installed in $0. To install it in another folder, uninstall it first."
  ${ElseIf} ${FileExists} "$0\uninstall.exe"
  ${AndIf} $1 != ""
    StrCpy $Problem "${NAME} was not completely uninstalled from $0. Uninstall it again first."
  ${EndIf}
  ${DirState} "$INSTDIR" $1
  ${If} $Owned == 0
  ${AndIf} $1 == 1 ; neither missing nor empty
  ${AndIf} $Problem == ""
    StrCpy $Problem "The folder $INSTDIR contains other files. Choose an empty or a new folder."
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

; Shortcut makes or renews the program's shortcut in FOLDER, unless a shortcut of that name
; exists that the installer has not made. VALUE in the registry has the name of the one that it
; has made: an older version of the program may have had another name.
!macro Shortcut VALUE FOLDER
  ReadRegStr $0 HKCU "${OWN}" "${VALUE}"
  ClearErrors
  ${If} $0 != ""
  ${AndIf} $0 != "${NAME}"
    Delete "${FOLDER}\$0.lnk"
  ${EndIf}
  ${IfNot} ${FileExists} "${FOLDER}\${NAME}.lnk"
    WriteRegStr HKCU "${OWN}" "${VALUE}" "${NAME}"
  ${EndIf}
  ${If} ${Errors} ; which clears the flag
    SetErrors
  ${Else}
    ReadRegStr $0 HKCU "${OWN}" "${VALUE}"
    ClearErrors
    ${If} $0 == "${NAME}"
      CreateShortcut "${FOLDER}\${NAME}.lnk" "$INSTDIR\${EXE}" "" "" "" SW_SHOWNORMAL "" "{{nsis .Summary}}"
    ${Else}
      DetailPrint "${FOLDER}\${NAME}.lnk already exists and is left unchanged"
    ${EndIf}
  ${EndIf}
!macroend

{{- if .Extensions}}
; Extension adds the program to the list of those that can open a kind of file. The owner
; chooses one of them.
!macro Extension EXT TITLE
  ClearErrors
  WriteRegStr HKCU "${OPENS}" "${EXT}" "${OPENED}"
  ${If} ${Errors} ; which clears the flag; keys without a record would never be removed
    SetErrors
  ${Else}
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}" "" "${TITLE}"
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
    WriteRegStr HKCU "${CLASSES}\${ID}${EXT}\shell\open\command" "" '"$INSTDIR\${EXE}" -- "%1"'
    WriteRegStr HKCU "${CLASSES}\${EXT}\OpenWithProgids" "${ID}${EXT}" ""
  ${EndIf}
!macroend
{{end}}
{{- if .Schemes}}
; Scheme registers the program for a scheme of URLs, unless another program has it. The
; command is written first, because IsOurs looks at it.
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
    DetailPrint "${SCHEME}: belongs to another program and is left unchanged"
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
  ; Before anything else, so that an interrupted installation can be continued.
  WriteRegStr HKCU "${OWN}" "InstallDir" "$INSTDIR"
  !insertmacro Check "The registry key HKCU\${OWN} cannot be written."
  SetOutPath "$INSTDIR"
  !insertmacro Check "The folder $INSTDIR cannot be created."

  ; Write all new files beside the old ones, then replace those one by one.
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
    StrCpy $Outcome "${NAME} {{.Version}} works, but its entries in Windows are incomplete. Run this installer again."
  ${EndIf}
  !insertmacro Shortcut "StartMenu" "$SMPROGRAMS"
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
    !insertmacro Warn "${NAME} is installed, but Windows still lists it as a program that opens $R3."
  ${EndIf}
SectionEnd

Section /o "Icon on the desktop" SectionDesktop
  !insertmacro Shortcut "Desktop" "$DESKTOP"
  ${If} ${Errors}
    !insertmacro Warn "${NAME} is installed, but $DESKTOP\${NAME}.lnk cannot be written."
  ${EndIf}
SectionEnd

; The program's settings make the same entry.
Section /o "Start at login" SectionLogin
  ClearErrors
  WriteRegStr HKCU "${RUN}" "${ID}" '"$INSTDIR\${EXE}" -no-browser'
  ${If} ${Errors}
    !insertmacro Warn "${NAME} is installed, but it cannot be set to start at login."
  ${EndIf}
  DeleteRegValue HKCU "${APPROVED}" "${ID}"
SectionEnd

; Select the icon on the desktop if it was chosen last time.
Function .onInit
  ReadRegStr $0 HKCU "${OWN}" "Desktop"
  ${If} $0 != ""
  ${AndIf} ${FileExists} "$DESKTOP\$0.lnk"
    !insertmacro SelectSection ${SectionDesktop}
  ${EndIf}
FunctionEnd

; RemoveProgram deletes the program's file. Windows locks it for a moment after the program
; ends.
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

; IsOurs sets $1 to 1 if the scheme $0 starts a program of this name.
;
; Forget removes the registrations of extensions and schemes, except those with the list $R1,
; and makes Windows read them again. It sets $R3 to the last one that cannot be removed.
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

; CheckRemoved ends the uninstaller if the step before it failed. It can be run again.
!macro CheckRemoved
  ${If} ${Errors}
    SetErrorLevel 1
    MessageBox MB_OK|MB_ICONSTOP "Some parts of ${NAME} cannot be removed: files in $INSTDIR, the start menu or on the desktop, or entries in the Windows registry. Close the programs that use them and try again." /SD IDOK
    Abort "${NAME} was not removed completely."
  ${EndIf}
!macroend

; The uninstaller in a copy of the folder does nothing.
Function un.onInit
  ReadRegStr $0 HKCU "${OWN}" "InstallDir"
  ${If} $0 != ""
  ${AndIf} $0 != $INSTDIR
    MessageBox MB_OK|MB_ICONSTOP "${NAME} is installed in $0, but this is the uninstaller of a copy in $INSTDIR. Nothing was removed." /SD IDOK
    SetErrorLevel 1
    Abort
  ${EndIf}
FunctionEnd

Section "un.${NAME}" UnsectionProgram
  SectionIn RO
  !insertmacro QuitRunning
  !insertmacro RemoveProgram
  ReadRegStr $1 HKCU "${OWN}" "StartMenu"
  ReadRegStr $2 HKCU "${OWN}" "Desktop"
  ClearErrors
  Delete "$INSTDIR\LICENSE.txt"
  ; Left by an interrupted installer.
  Delete "$INSTDIR\${EXE}.new"
  Delete "$INSTDIR\LICENSE.txt.new"
  Delete "$INSTDIR\uninstall.exe.new"
  ${If} $1 != ""
    Delete "$SMPROGRAMS\$1.lnk"
  ${EndIf}
  ${If} $2 != ""
    Delete "$DESKTOP\$2.lnk"
  ${EndIf}
  !insertmacro CheckRemoved
  ; Keep the entry of another copy.
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
  StrCpy $R1 ""
  Call un.Forget
  ${If} $R3 != "" ; with the rest, its record would be removed as well
    SetErrors
  ${EndIf}
  !insertmacro CheckRemoved
  ClearErrors
  ${If} $EXEDIR != $INSTDIR ; otherwise it was started with _?= in the folder, and the caller removes both
    Delete "$INSTDIR\uninstall.exe"
    !insertmacro CheckRemoved
    RMDir "$INSTDIR"
    DeleteRegKey HKCU "${OWN}"
    DeleteRegKey /ifempty HKCU "${VENDOR}"
    ReadRegStr $R1 HKCU "${OWN}" "InstallDir"
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL}"
  ReadRegStr $R2 HKCU "${UNINSTALL}" "UninstallString"
  ${If} "$R1$R2" != ""
    !insertmacro Warn "The files of ${NAME} were removed, but some of its entries in Windows were not. To remove them, install ${NAME} again and uninstall it."
  ${EndIf}
SectionEnd

; Only if chosen: these files belong to the owner. Other programs may use folders of the same
; name: with the ID temp, one is that of all temporary files.
Section /o "un.My settings, files and the log" UnsectionOwners
  Delete "$APPDATA\${ID}\settings.json*"
  Delete "$APPDATA\${ID}\.settings.json.new-*"
  RMDir "$APPDATA\${ID}"
  RMDir /r "$LOCALAPPDATA\${ID}\data"
  RMDir /r "$LOCALAPPDATA\${ID}\state"
  RMDir /r "$LOCALAPPDATA\${ID}\temp"
  RMDir "$LOCALAPPDATA\${ID}"
  ${If} ${FileExists} "$APPDATA\${ID}\settings.json*"
  ${OrIf} ${FileExists} "$LOCALAPPDATA\${ID}\data"
  ${OrIf} ${FileExists} "$LOCALAPPDATA\${ID}\state"
  ${OrIf} ${FileExists} "$LOCALAPPDATA\${ID}\temp"
    !insertmacro Warn "Some files in $APPDATA\${ID} or $LOCALAPPDATA\${ID} cannot be removed. Close the programs that use them and delete these folders."
  ${EndIf}
SectionEnd

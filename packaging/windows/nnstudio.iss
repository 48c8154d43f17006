; Inno Setup: an installer for Windows around the folder of build.py.
;   iscc /DVersion=0.1.0 /DFolder=..\..\dist\nnstudio-0.1.0-windows-amd64 nnstudio.iss
; For the user alone by default, so that no administrator is needed.

[Setup]
AppId={{6B8F4C52-2C0B-4B6E-9B3E-5C8B1B0C7F61}
AppName=nnstudio
AppVersion={#Version}
AppPublisher=The nnstudio authors
DefaultDirName={autopf}\nnstudio
DefaultGroupName=nnstudio
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir={#Folder}\..
OutputBaseFilename=nnstudio-{#Version}-windows-setup
LicenseFile=..\..\LICENSE
UninstallDisplayIcon={app}\nnstudio.exe
ChangesAssociations=yes
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\nnstudio"; Filename: "{app}\nnstudio.exe"
Name: "{autodesktop}\nnstudio"; Filename: "{app}\nnstudio.exe"; Tasks: desktopicon

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: associate; Description: "Offer nnstudio for neural networks (.safetensors)"

[Registry]
Root: HKA; Subkey: "Software\Classes\nnstudio.session"; ValueType: string; ValueData: "Session of nnstudio"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\nnstudio.session\DefaultIcon"; ValueType: string; ValueData: "{app}\nnstudio.exe,0"
Root: HKA; Subkey: "Software\Classes\nnstudio.session\shell\open\command"; ValueType: string; ValueData: """{app}\nnstudio.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.nnstudio"; ValueType: string; ValueData: "nnstudio.session"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\nnstudio.model"; ValueType: string; ValueData: "Neural network"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\nnstudio.model\DefaultIcon"; ValueType: string; ValueData: "{app}\nnstudio.exe,0"
Root: HKA; Subkey: "Software\Classes\nnstudio.model\shell\open\command"; ValueType: string; ValueData: """{app}\nnstudio.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.safetensors\OpenWithProgids"; ValueType: string; ValueName: "nnstudio.model"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate

[Run]
Filename: "{app}\nnstudio.exe"; Description: "{cm:LaunchProgram,nnstudio}"; Flags: nowait postinstall skipifsilent

@echo off
rem collect.cmd: reads what auditor wants to know of a PC with Windows, XP to 11, and writes one text file.
rem
rem   collect.cmd [/out:FOLDER] [/site:NAME] [/tag:WORD] [/delay:SECONDS] [/selftest]
rem
rem It starts collect.js, which lies beside it. Where scripts are switched off (or with /nojs) it does what the
rem command processor can do alone: the registry, without what holds product keys, and no programs' versions.
rem It changes nothing. Its temporary files are in a folder of their own in %SystemRoot%\Temp, and are deleted.
rem No value of the registry ever becomes part of a command: exports are joined byte by byte. See docs\kits.md.
setlocal enableextensions disabledelayedexpansion
set "OUT=%CD%"
set "SITE="
set "TAG="
set "NOJS="
set "SELFTEST="
set "FOUND="
set "FAILED="
set "SYS=%SystemRoot%\System32"
if exist "%SystemRoot%\Sysnative\reg.exe" set "SYS=%SystemRoot%\Sysnative"
set "REG=%SYS%\reg.exe"
set "ARGS=%*"
:arguments
if "%~1"=="" goto ready
set "A=%~1"
if /i "%A:~0,5%"=="/out:" set "OUT=%A:~5%"
if /i "%A:~0,6%"=="/site:" set "SITE=%A:~6%"
if /i "%A:~0,5%"=="/tag:" set "TAG=%A:~5%"
if /i "%A%"=="/nojs" set "NOJS=1"
if /i "%A%"=="/selftest" set "SELFTEST=1"
shift
goto arguments
:ready
set "W=%SystemRoot%\Temp\auditor-%RANDOM%%RANDOM%%RANDOM%"
md "%W%" 2>nul
if not exist "%W%\." set "W=%OUT%\auditor-%RANDOM%%RANDOM%%RANDOM%"
if not exist "%W%\." md "%W%" 2>nul
if not exist "%W%\." echo collect.cmd: no folder for temporary files
if not exist "%W%\." exit /b 3
if defined NOJS goto alone
if not exist "%~dp0collect.js" goto alone
rem What cscript returns says nothing, so the file that it names is looked for.
"%SYS%\cscript.exe" //nologo "%~dp0collect.js" %ARGS% > "%W%\said.txt" 2>&1
if defined SELFTEST type "%W%\said.txt"
if defined SELFTEST goto finished
for /f "usebackq delims=" %%f in ("%W%\said.txt") do if exist "%%~f" set "FOUND=%%~f"
if defined FOUND goto finished
echo collect.cmd: collect.js wrote no file; going on without it
:alone
set "MARK=%RANDOM%%RANDOM%%RANDOM%00000000"
set "MARK=%MARK:~0,8%"
set "NAME=%COMPUTERNAME%-cmd-%RANDOM%%RANDOM%%RANDOM%.kit.txt"
set "PART=%OUT%\%NAME%.part"
type nul > "%PART%"
set "FAILED=1"
if not exist "%PART%" echo collect.cmd: cannot write to %OUT%
if not exist "%PART%" goto finished
set "LINE=#AUDITOR kit/1 %MARK% collect.cmd/0.1.0"
call :line
call :meta family windows
call :meta hostname "%COMPUTERNAME%"
call :meta taken-local "%DATE% %TIME%"
"%REG%" query "HKCU\Control Panel\International" /v iDate > "%W%\v.txt" 2>nul
if not errorlevel 1 for /f "usebackq tokens=3" %%a in ("%W%\v.txt") do if not "%%a"=="VERSION" call :meta date-order %%a
"%REG%" query "HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation" /v ActiveTimeBias > "%W%\v.txt" 2>nul
if not errorlevel 1 for /f "usebackq tokens=3" %%a in ("%W%\v.txt") do if not "%%a"=="VERSION" call :meta bias %%a
if defined SITE call :meta site "%SITE%"
if defined TAG call :meta tag "%TAG%"
call :host hostname "%COMPUTERNAME%"
if defined PROCESSOR_ARCHITEW6432 (call :host machine "%PROCESSOR_ARCHITEW6432%") else call :host machine "%PROCESSOR_ARCHITECTURE%"
"%REG%" query "HKLM\SYSTEM\CurrentControlSet\Control" >nul 2>nul
if not errorlevel 1 goto registry
set "LINE=#%MARK% failed	reg.exe	blocked, or it does not answer"
call :line
goto written
:registry
call :machine
for /f "delims=" %%s in ('""%REG%" query HKU" 2^>nul') do call :user "%%s"
set "PROFILES=HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
set /a AWAY=0
for /f "delims=" %%s in ('""%REG%" query "%PROFILES%"" 2^>nul') do call :profile "%%~nxs"
if %AWAY% gtr 0 call :reg HKU failed "users not signed in: %AWAY%"
:written
set "LINE=#%MARK% end"
call :line
ren "%PART%" "%NAME%"
if exist "%OUT%\%NAME%" set "FOUND=%OUT%\%NAME%"
if defined FOUND set "FAILED="
:finished
rd /s /q "%W%" 2>nul
if defined FOUND echo %FOUND%
if defined FAILED exit /b 3
exit /b 0

rem --- what is written ---

:line
rem Writes %LINE%. The child expands it last, so nothing in it is acted on.
cmd /d /u /v:on /c echo !LINE!>> "%PART%"
goto :eof

:meta
set "LINE=#%MARK% meta	%~1	%~2"
call :line
goto :eof

:reg
rem What became of the key %1: read, absent, denied or failed; then for which place it was read, or the reason.
set "LINE=#%MARK% reg	%~1	%~2	%~3"
call :line
goto :eof

:host
rem What %1 of this PC is: %2.
set "LINE=#%MARK% source	host	%~1"
call :line
set "LINE=#%MARK% at	this PC: %~1	text"
call :line
set "LINE=%~2"
call :line
goto :eof

:join
rem The file %1 after what was written so far, byte by byte.
copy /b "%PART%"+"%~1" "%W%\o" >nul
move /y "%W%\o" "%PART%" >nul
set "LINE="
cmd /d /u /c echo.>> "%PART%"
del "%~1" 2>nul
goto :eof

rem --- the registry ---

:export
rem The key %1 and all below it, if that is not more than 8 MB.
if exist "%W%\b.reg" del "%W%\b.reg"
"%REG%" export "%~1" "%W%\b.reg" >nul 2>nul
if not exist "%W%\b.reg" goto why
set "LARGE="
for %%f in ("%W%\b.reg") do if %%~zf GTR 8000000 set "LARGE=1"
if defined LARGE goto large
call :reg "%~1" read
call :join "%W%\b.reg"
goto :eof
:large
call :reg "%~1" failed "more than 8 MB"
goto :eof

:values
rem Single values: the key %1, then their names. "reg query" writes in the PC's own code page; "type" makes it UTF-16.
set "K=%~1"
set "ASKED="
set "ANY="
if exist "%W%\q.txt" del "%W%\q.txt"
:nextvalue
shift
if "%~1"=="" goto allvalues
set "ASKED=%ASKED%,%~1"
"%REG%" query "%K%" /v "%~1" > "%W%\v.txt" 2>nul
if errorlevel 1 goto nextvalue
set "ANY=1"
type "%W%\v.txt" >> "%W%\q.txt"
goto nextvalue
:allvalues
if defined ANY goto somevalues
"%REG%" query "%K%" >nul 2>nul
if errorlevel 1 goto whynot
:somevalues
set "LINE=#%MARK% regquery	%K%	read	%K%#%ASKED:~1%"
call :line
if not defined ANY goto :eof
cmd /d /u /c type "%W%\q.txt"> "%W%\u.txt"
call :join "%W%\u.txt"
goto :eof

:secret
rem The place %1 below the key %2 holds what must not be written; that it is there at all, only collect.js can tell.
set "LINE=#%MARK% source	registry	%~1"
call :line
set "LINE=#%MARK% at	%~2	failed	may hold keys or ids, which only collect.js can leave out"
call :line
goto :eof

:why
rem Why the key %1 gives nothing: the first key on the way to it that cannot be read is not there, or is refused.
set "K=%~1"
:whynot
set "AT="
set "REST=%K%"
:step
for /f "tokens=1* delims=\" %%a in ("%REST%") do (
  set "NAME1=%%a"
  set "REST=%%b"
)
set "ABOVE=%AT%"
if defined AT (set "AT=%AT%\%NAME1%") else set "AT=%NAME1%"
if not defined ABOVE goto step
"%REG%" query "%AT%" >nul 2>nul
if errorlevel 1 goto stopped
if defined REST goto step
call :reg "%K%" denied "the export was refused"
goto :eof
:stopped
set "SEEN="
set "LONG=%AT:HKLM\=HKEY_LOCAL_MACHINE\%"
set "LONG=%LONG:HKU\=HKEY_USERS\%"
for /f "delims=" %%k in ('""%REG%" query "%ABOVE%"" 2^>nul') do if /i "%%k"=="%LONG%" set "SEEN=1"
if defined SEEN (call :reg "%K%" denied "access denied") else call :reg "%K%" absent "no such key"
goto :eof

:user
rem One loaded user, by the line of "reg query HKU".
set "U=%~1"
set "U=%U:HKEY_USERS\=%"
if /i "%U:~0,8%"=="S-1-5-21" goto person
if /i not "%U:~0,8%"=="S-1-12-1" goto :eof
:person
if /i "%U:~-8%"=="_Classes" goto :eof
"%REG%" query "HKU\%U%\Software" >nul 2>nul
if not errorlevel 1 goto everyuser
call :reg "HKU\%U%" denied "another user's part of the registry"
goto :eof

:profile
rem One person that this PC knows, by the last name of a key: whether the registry of theirs is loaded.
set "U=%~1"
if /i "%U:~0,9%"=="S-1-5-21-" goto known
if /i not "%U:~0,9%"=="S-1-12-1-" goto :eof
:known
"%REG%" query "HKU\%U%" >nul 2>nul
if errorlevel 1 set /a AWAY+=1
goto :eof

rem --- generated by tools/write_generated.py: what is read ---
:machine
call :values "HKLM\SOFTWARE\Microsoft\Cryptography" "MachineGuid"
call :values "HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName" "ComputerName"
call :values "HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters" "Domain"
call :values "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" "ProductName" "CurrentBuild" "CurrentBuildNumber" "UBR" "EditionID" "InstallationType" "DisplayVersion" "ReleaseId" "CSDVersion" "CurrentVersion"
call :values "HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions" "ProductType" "ProductSuite"
call :values "HKLM\SYSTEM\CurrentControlSet\Control\Windows" "CSDVersion"
call :values "HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment" "PROCESSOR_ARCHITECTURE" "PROCESSOR_IDENTIFIER"
call :values "HKLM\SOFTWARE\Wine\LicenseInformation" "Kernel-MUI-Number-Allowed"
call :values "HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0" "ProcessorNameString" "Identifier" "~MHz"
call :values "HKLM\HARDWARE\DESCRIPTION\System\BIOS" "SystemManufacturer" "SystemProductName"
call :values "HKLM\SYSTEM\CurrentControlSet\Control" "PEFirmwareType"
call :values "HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State" "UEFISecureBootEnabled"
call :values "HKLM\SYSTEM\CurrentControlSet\Services\TPM\Enum" "Count" "0"
call :values "HKLM\SOFTWARE\Microsoft\Internet Explorer" "svcVersion" "Version"
call :values "HKLM\SOFTWARE\Mozilla\Mozilla Firefox" "CurrentVersion"
call :values "HKLM\SOFTWARE\WOW6432Node\Mozilla\Mozilla Firefox" "CurrentVersion"
call :values "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion" "ProgramFilesDir" "ProgramFilesDir (x86)"
call :values "HKLM\SOFTWARE\Policies\Microsoft\Internet Explorer\Main" "NotifyDisableIEOptions"
call :values "HKLM\SOFTWARE\Policies\Microsoft\Internet Explorer\BrowserEmulation" "AllSitesCompatibilityMode" "IntranetCompatibilityMode"
call :values "HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration" "ProductReleaseIds" "VersionToReport" "Platform" "ClientCulture" "UpdateUrl" "UnmanagedUpdateUrl" "UpdateChannel" "CDNBaseUrl" "AudienceId" "OfficeMgmtCOM" "O365ProPlusRetail.ExcludedApps" "O365ProPlusEEANoTeamsRetail.ExcludedApps" "O365BusinessRetail.ExcludedApps" "O365BusinessEEANoTeamsRetail.ExcludedApps" "O365HomePremRetail.ExcludedApps" "O365EduCloudRetail.ExcludedApps" "O365SmallBusPremRetail.ExcludedApps" "ProPlusVolume.ExcludedApps" "ProPlusRetail.ExcludedApps" "StandardVolume.ExcludedApps" "StandardRetail.ExcludedApps" "ProfessionalRetail.ExcludedApps" "HomeBusinessRetail.ExcludedApps" "HomeStudentRetail.ExcludedApps" "PersonalRetail.ExcludedApps" "ProPlus2019Volume.ExcludedApps" "ProPlus2019Retail.ExcludedApps" "ProPlus2021Volume.ExcludedApps" "ProPlus2021Retail.ExcludedApps" "ProPlus2024Volume.ExcludedApps" "ProPlus2024Retail.ExcludedApps" "Standard2019Volume.ExcludedApps" "Standard2019Retail.ExcludedApps" "Standard2021Volume.ExcludedApps" "Standard2021Retail.ExcludedApps" "Standard2024Volume.ExcludedApps" "Standard2024Retail.ExcludedApps" "Professional2019Volume.ExcludedApps" "Professional2019Retail.ExcludedApps" "Professional2021Volume.ExcludedApps" "Professional2021Retail.ExcludedApps" "Professional2024Volume.ExcludedApps" "Professional2024Retail.ExcludedApps" "HomeBusiness2019Volume.ExcludedApps" "HomeBusiness2019Retail.ExcludedApps" "HomeBusiness2021Volume.ExcludedApps" "HomeBusiness2021Retail.ExcludedApps" "HomeBusiness2024Volume.ExcludedApps" "HomeBusiness2024Retail.ExcludedApps" "HomeStudent2019Volume.ExcludedApps" "HomeStudent2019Retail.ExcludedApps" "HomeStudent2021Volume.ExcludedApps" "HomeStudent2021Retail.ExcludedApps" "HomeStudent2024Volume.ExcludedApps" "HomeStudent2024Retail.ExcludedApps" "Personal2019Volume.ExcludedApps" "Personal2019Retail.ExcludedApps" "Personal2021Volume.ExcludedApps" "Personal2021Retail.ExcludedApps" "Personal2024Volume.ExcludedApps" "Personal2024Retail.ExcludedApps" "Home2019Volume.ExcludedApps" "Home2019Retail.ExcludedApps" "Home2021Volume.ExcludedApps" "Home2021Retail.ExcludedApps" "Home2024Volume.ExcludedApps" "Home2024Retail.ExcludedApps"
call :values "HKLM\SOFTWARE\Microsoft\Office\15.0\ClickToRun\Configuration" "ProductReleaseIds" "VersionToReport" "Platform" "ClientCulture" "UpdateUrl" "UnmanagedUpdateUrl" "UpdateChannel" "CDNBaseUrl" "AudienceId" "OfficeMgmtCOM" "O365ProPlusRetail.ExcludedApps" "O365ProPlusEEANoTeamsRetail.ExcludedApps" "O365BusinessRetail.ExcludedApps" "O365BusinessEEANoTeamsRetail.ExcludedApps" "O365HomePremRetail.ExcludedApps" "O365EduCloudRetail.ExcludedApps" "O365SmallBusPremRetail.ExcludedApps" "ProPlusVolume.ExcludedApps" "ProPlusRetail.ExcludedApps" "StandardVolume.ExcludedApps" "StandardRetail.ExcludedApps" "ProfessionalRetail.ExcludedApps" "HomeBusinessRetail.ExcludedApps" "HomeStudentRetail.ExcludedApps" "PersonalRetail.ExcludedApps" "ProPlus2019Volume.ExcludedApps" "ProPlus2019Retail.ExcludedApps" "ProPlus2021Volume.ExcludedApps" "ProPlus2021Retail.ExcludedApps" "ProPlus2024Volume.ExcludedApps" "ProPlus2024Retail.ExcludedApps" "Standard2019Volume.ExcludedApps" "Standard2019Retail.ExcludedApps" "Standard2021Volume.ExcludedApps" "Standard2021Retail.ExcludedApps" "Standard2024Volume.ExcludedApps" "Standard2024Retail.ExcludedApps" "Professional2019Volume.ExcludedApps" "Professional2019Retail.ExcludedApps" "Professional2021Volume.ExcludedApps" "Professional2021Retail.ExcludedApps" "Professional2024Volume.ExcludedApps" "Professional2024Retail.ExcludedApps" "HomeBusiness2019Volume.ExcludedApps" "HomeBusiness2019Retail.ExcludedApps" "HomeBusiness2021Volume.ExcludedApps" "HomeBusiness2021Retail.ExcludedApps" "HomeBusiness2024Volume.ExcludedApps" "HomeBusiness2024Retail.ExcludedApps" "HomeStudent2019Volume.ExcludedApps" "HomeStudent2019Retail.ExcludedApps" "HomeStudent2021Volume.ExcludedApps" "HomeStudent2021Retail.ExcludedApps" "HomeStudent2024Volume.ExcludedApps" "HomeStudent2024Retail.ExcludedApps" "Personal2019Volume.ExcludedApps" "Personal2019Retail.ExcludedApps" "Personal2021Volume.ExcludedApps" "Personal2021Retail.ExcludedApps" "Personal2024Volume.ExcludedApps" "Personal2024Retail.ExcludedApps" "Home2019Volume.ExcludedApps" "Home2019Retail.ExcludedApps" "Home2021Volume.ExcludedApps" "Home2021Retail.ExcludedApps" "Home2024Volume.ExcludedApps" "Home2024Retail.ExcludedApps"
call :values "HKLM\SOFTWARE\Policies\Microsoft\cloud\office\16.0\common\officeupdate" "updatepath" "updatebranch" "ignoregpo"
call :values "HKLM\SOFTWARE\Policies\Microsoft\office\16.0\common\officeupdate" "updatepath" "updatebranch"
call :export "HKLM\SYSTEM\HardwareConfig"
call :export "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
call :export "HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"
call :export "HKLM\SOFTWARE\WOW6432Node\Google\Update\Clients"
call :export "HKLM\SOFTWARE\Google\Update\Clients"
call :export "HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients"
call :export "HKLM\SOFTWARE\Microsoft\EdgeUpdate\Clients"
call :export "HKLM\SOFTWARE\WOW6432Node\BraveSoftware\Update\Clients"
call :export "HKLM\SOFTWARE\BraveSoftware\Update\Clients"
call :export "HKLM\SOFTWARE\WOW6432Node\Google\Update\ClientState"
call :export "HKLM\SOFTWARE\Google\Update\ClientState"
call :export "HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\ClientState"
call :export "HKLM\SOFTWARE\Microsoft\EdgeUpdate\ClientState"
call :export "HKLM\SOFTWARE\WOW6432Node\BraveSoftware\Update\ClientState"
call :export "HKLM\SOFTWARE\BraveSoftware\Update\ClientState"
call :export "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications"
call :export "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\InboxApplications"
call :export "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
call :export "HKLM\SOFTWARE\Clients\StartMenuInternet"
call :export "HKLM\SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\Zones"
call :export "HKLM\SOFTWARE\Microsoft\Internet Explorer\Setup"
call :secret "HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101\*#?HardwareID" "HKLM\SYSTEM\CurrentControlSet\Enum\ACPI\MSFT0101"
call :secret "HKLM\SOFTWARE\Policies\Google\Chrome#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKLM\SOFTWARE\Policies\Google\Chrome"
call :secret "HKLM\SOFTWARE\Policies\Google\Update#?*,UpdateDefault*,Update*,TargetVersionPrefix*,RollbackToTargetVersion*,AutoUpdateCheckPeriodMinutes*,DisableAutoUpdateChecksCheckboxValue*,UpdatesSuppressedDurationMin*,UpdatesSuppressedStartHour*,TargetChannel*" "HKLM\SOFTWARE\Policies\Google\Update"
call :secret "HKLM\SOFTWARE\Policies\Microsoft\Edge#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKLM\SOFTWARE\Policies\Microsoft\Edge"
call :secret "HKLM\SOFTWARE\Policies\Microsoft\EdgeUpdate#?*,UpdateDefault*,Update*,TargetVersionPrefix*,RollbackToTargetVersion*,AutoUpdateCheckPeriodMinutes*,DisableAutoUpdateChecksCheckboxValue*,UpdatesSuppressedDurationMin*,UpdatesSuppressedStartHour*,TargetChannel*" "HKLM\SOFTWARE\Policies\Microsoft\EdgeUpdate"
call :secret "HKLM\SOFTWARE\Policies\BraveSoftware\Brave#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKLM\SOFTWARE\Policies\BraveSoftware\Brave"
call :secret "HKLM\SOFTWARE\Policies\BraveSoftware\Update#?*,UpdateDefault*,Update*,TargetVersionPrefix*,RollbackToTargetVersion*,AutoUpdateCheckPeriodMinutes*,DisableAutoUpdateChecksCheckboxValue*,UpdatesSuppressedDurationMin*,UpdatesSuppressedStartHour*,TargetChannel*" "HKLM\SOFTWARE\Policies\BraveSoftware\Update"
call :secret "HKLM\SOFTWARE\Policies\Chromium#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKLM\SOFTWARE\Policies\Chromium"
call :secret "HKLM\SOFTWARE\Policies\Vivaldi#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKLM\SOFTWARE\Policies\Vivaldi"
call :secret "HKLM\SOFTWARE\Policies\Mozilla\Firefox#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKLM\SOFTWARE\Policies\Mozilla\Firefox"
call :secret "HKLM\SOFTWARE\Policies\Mozilla\Firefox\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKLM\SOFTWARE\Policies\Mozilla\Firefox"
call :secret "HKLM\SOFTWARE\Policies\Mozilla\Firefox\*\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKLM\SOFTWARE\Policies\Mozilla\Firefox"
call :secret "HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo\*#?TenantId" "HKLM\SYSTEM\CurrentControlSet\Control\CloudDomainJoin\JoinInfo"
call :secret "HKLM\SOFTWARE\Microsoft\Enrollments\*#ProviderID" "HKLM\SOFTWARE\Microsoft\Enrollments"
call :secret "HKLM\SOFTWARE\Microsoft\Office\*\Registration\*#ProductName,ProductCode,ConvertToEdition,?ProductID,?DigitalProductID" "HKLM\SOFTWARE\Microsoft\Office"
call :reg HKU read "HKU\*\Software\Microsoft\Windows\CurrentVersion\Uninstall\*#DisplayName,DisplayVersion,Publisher,InstallLocation,SystemComponent,ParentKeyName,Version"
call :reg HKU read "HKU\*\Software\Google\Update\Clients\*#pv,opv"
call :reg HKU read "HKU\*\Software\Microsoft\EdgeUpdate\Clients\*#pv,opv"
call :reg HKU read "HKU\*\Software\BraveSoftware\Update\Clients\*#pv,opv"
call :reg HKU read "HKU\*\Software\Google\Update\ClientState\*#ap"
call :reg HKU read "HKU\*\Software\Microsoft\EdgeUpdate\ClientState\*#ap"
call :reg HKU read "HKU\*\Software\BraveSoftware\Update\ClientState\*#ap"
call :reg HKU read "HKU\*\Software\Google\Chrome\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Google\Chrome Beta\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Google\Chrome Dev\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Google\Chrome SxS\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Microsoft\Edge\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Microsoft\Edge Beta\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Microsoft\Edge Dev\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Microsoft\Edge SxS\BLBeacon#version"
call :reg HKU read "HKU\*\Software\BraveSoftware\Brave-Browser\BLBeacon#version"
call :reg HKU read "HKU\*\Software\BraveSoftware\Brave-Browser-Beta\BLBeacon#version"
call :reg HKU read "HKU\*\Software\BraveSoftware\Brave-Browser-Dev\BLBeacon#version"
call :reg HKU read "HKU\*\Software\BraveSoftware\Brave-Browser-Nightly\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Vivaldi\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Chromium\BLBeacon#version"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftEdge.Stable_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftEdge.Beta_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftEdge.Dev_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftEdge.Canary_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftEdge_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Mozilla.Firefox_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Mozilla.MozillaFirefox_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Mozilla.MozillaFirefoxBeta_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Mozilla.MozillaFirefoxNightly_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\TheBrowserCompany.Arc_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\DuckDuckGo.DesktopBrowser_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\63909DuckDuckGoInc.DuckDuckGoPrivateBrowser_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoiceLatest\ProgId#ProgId"
call :reg HKU read "HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice#ProgId"
call :reg HKU read "HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\http\UserChoiceLatest\ProgId#ProgId"
call :reg HKU read "HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\http\UserChoice#ProgId"
call :reg HKU read "HKU\*\Software\Clients\StartMenuInternet#"
call :reg HKU read "HKU\*\Software\Policies\Google\Chrome#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange"
call :reg HKU read "HKU\*\Software\Policies\Microsoft\Edge#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange"
call :reg HKU read "HKU\*\Software\Policies\BraveSoftware\Brave#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange"
call :reg HKU read "HKU\*\Software\Policies\Chromium#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange"
call :reg HKU read "HKU\*\Software\Policies\Vivaldi#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange"
call :reg HKU read "HKU\*\Software\Policies\Mozilla\Firefox#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value"
call :reg HKU read "HKU\*\Software\Policies\Mozilla\Firefox\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value"
call :reg HKU read "HKU\*\Software\Policies\Mozilla\Firefox\*\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value"
call :reg HKU read "HKU\*\Software\Policies\Microsoft\Internet Explorer\Main#NotifyDisableIEOptions"
call :reg HKU read "HKU\*\Software\Policies\Microsoft\Internet Explorer\BrowserEmulation#AllSitesCompatibilityMode,IntranetCompatibilityMode"
call :reg HKU read "HKU\*\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\Zones\*#1400"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.Office.Desktop*_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\MSTeams_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\MicrosoftTeams_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.OutlookForWindows_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\microsoft.windowscommunicationsapps_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.Office.OneNote_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.MicrosoftOfficeHub_*#PackageID,PackageRootFolder"
call :reg HKU read "HKU\*\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Microsoft.M365Companions_*#PackageID,PackageRootFolder"
goto :eof

:everyuser
call :values "HKU\%U%\Software\Google\Chrome\BLBeacon" "version"
call :values "HKU\%U%\Software\Google\Chrome Beta\BLBeacon" "version"
call :values "HKU\%U%\Software\Google\Chrome Dev\BLBeacon" "version"
call :values "HKU\%U%\Software\Google\Chrome SxS\BLBeacon" "version"
call :values "HKU\%U%\Software\Microsoft\Edge\BLBeacon" "version"
call :values "HKU\%U%\Software\Microsoft\Edge Beta\BLBeacon" "version"
call :values "HKU\%U%\Software\Microsoft\Edge Dev\BLBeacon" "version"
call :values "HKU\%U%\Software\Microsoft\Edge SxS\BLBeacon" "version"
call :values "HKU\%U%\Software\BraveSoftware\Brave-Browser\BLBeacon" "version"
call :values "HKU\%U%\Software\BraveSoftware\Brave-Browser-Beta\BLBeacon" "version"
call :values "HKU\%U%\Software\BraveSoftware\Brave-Browser-Dev\BLBeacon" "version"
call :values "HKU\%U%\Software\BraveSoftware\Brave-Browser-Nightly\BLBeacon" "version"
call :values "HKU\%U%\Software\Vivaldi\BLBeacon" "version"
call :values "HKU\%U%\Software\Chromium\BLBeacon" "version"
call :values "HKU\%U%\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoiceLatest\ProgId" "ProgId"
call :values "HKU\%U%\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice" "ProgId"
call :values "HKU\%U%\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\http\UserChoiceLatest\ProgId" "ProgId"
call :values "HKU\%U%\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\http\UserChoice" "ProgId"
call :values "HKU\%U%\Software\Policies\Microsoft\Internet Explorer\Main" "NotifyDisableIEOptions"
call :values "HKU\%U%\Software\Policies\Microsoft\Internet Explorer\BrowserEmulation" "AllSitesCompatibilityMode" "IntranetCompatibilityMode"
call :export "HKU\%U%\Software\Microsoft\Windows\CurrentVersion\Uninstall"
call :export "HKU\%U%\Software\Google\Update\Clients"
call :export "HKU\%U%\Software\Microsoft\EdgeUpdate\Clients"
call :export "HKU\%U%\Software\BraveSoftware\Update\Clients"
call :export "HKU\%U%\Software\Google\Update\ClientState"
call :export "HKU\%U%\Software\Microsoft\EdgeUpdate\ClientState"
call :export "HKU\%U%\Software\BraveSoftware\Update\ClientState"
call :export "HKU\%U%\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages"
call :export "HKU\%U%\Software\Clients\StartMenuInternet"
call :export "HKU\%U%\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\Zones"
call :secret "HKU\*\Software\Policies\Google\Chrome#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKU\%U%\Software\Policies\Google\Chrome"
call :secret "HKU\*\Software\Policies\Microsoft\Edge#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKU\%U%\Software\Policies\Microsoft\Edge"
call :secret "HKU\*\Software\Policies\BraveSoftware\Brave#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKU\%U%\Software\Policies\BraveSoftware\Brave"
call :secret "HKU\*\Software\Policies\Chromium#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKU\%U%\Software\Policies\Chromium"
call :secret "HKU\*\Software\Policies\Vivaldi#?*,Disable3DAPIs,DefaultJavaScriptSetting,DefaultJavaScriptJitSetting,DefaultCookiesSetting,BlockThirdPartyCookies,DefaultImagesSetting,DefaultPopupsSetting,DefaultGeolocationSetting,DefaultNotificationsSetting,DefaultClipboardSetting,DefaultSensorsSetting,DefaultFileSystemReadGuardSetting,DefaultFileSystemWriteGuardSetting,DefaultSerialGuardSetting,DefaultWebBluetoothGuardSetting,DefaultWebUsbGuardSetting,DefaultWebHidGuardSetting,VideoCaptureAllowed,AudioCaptureAllowed,ScreenCaptureAllowed,PaymentMethodQueryEnabled,AlwaysOpenPdfExternally,HardwareAccelerationModeEnabled,WebRtcIPHandling,WebRtcUdpPortRange" "HKU\%U%\Software\Policies\Vivaldi"
call :secret "HKU\*\Software\Policies\Mozilla\Firefox#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKU\%U%\Software\Policies\Mozilla\Firefox"
call :secret "HKU\*\Software\Policies\Mozilla\Firefox\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKU\%U%\Software\Policies\Mozilla\Firefox"
call :secret "HKU\*\Software\Policies\Mozilla\Firefox\*\*#?*,DisableAppUpdate,AppAutoUpdate,BackgroundAppUpdate,ManualAppUpdateOnly,AppUpdatePin,AppUpdateURL,Cookies,Behavior,Default,PDFjs,Enabled,DisableBuiltinPDFViewer,EncryptedMediaExtensions,HardwareAcceleration,Preferences,webgl.disabled,disabled,Permissions,Camera.BlockNewRequests,BlockNewRequests,Microphone.BlockNewRequests,Location.BlockNewRequests,Notifications.BlockNewRequests,VirtualReality.BlockNewRequests,ScreenShare.BlockNewRequests,media.peerconnection.enabled,enabled,dom.storage.enabled,dom.serviceWorkers.enabled,dom.push.enabled,dom.webnotifications.enabled,geo.enabled,media.mediasource.enabled,media.mp4.enabled,media.eme.enabled,Value" "HKU\%U%\Software\Policies\Mozilla\Firefox"
goto :eof
rem --- end of what is generated ---

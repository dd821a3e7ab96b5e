# Builds the installer of Hearth on Windows: programs, Qt, libraries, notices, and makensis around them (docs/packaging.md).
#
#   installer\windows\package.ps1 [-Out DIR] [-Suffix TEXT]
#
# Run it in the "x64 Native Tools" prompt of Visual Studio 2022 with the component "C++ Clang tools for Windows". Needs: Qt 6.4 or later for MSVC
# 64-bit from Qt's own installer (Qt6_ROOT: its folder, e.g. C:\Qt\6.8.2\msvc2022_64), vcpkg (VCPKG_ROOT), CMake 3.25, Ninja, Python 3, NSIS 3.08.
param([string]$Out = "", [string]$Suffix = "")
$ErrorActionPreference = "Stop"
$root = (Resolve-Path "$PSScriptRoot\..\..").Path
$build = "$root\build\windows-package"
$stage = "$build\stage"
if (-not $Out) { $Out = "$build\out" }

function Invoke-Checked([string]$program, [string[]]$arguments) {
  & $program @arguments
  if ($LASTEXITCODE -ne 0) { throw "$program failed with exit status $LASTEXITCODE." }
}

foreach ($name in "Qt6_ROOT", "VCPKG_ROOT", "VCToolsRedistDir") {
  if (-not (Test-Path "env:$name")) { throw "$name is not set. See the head of this script." }
}

Push-Location $root
try {
  Invoke-Checked "cmake" @("--preset", "windows-package", "-DHEARTH_VERSION_SUFFIX=$Suffix")
  Invoke-Checked "cmake" @("--build", "--preset", "windows-package")
  if (Test-Path $stage) { Remove-Item -Recurse -Force $stage }
  Invoke-Checked "cmake" @("--install", $build, "--prefix", $stage)

  # vcpkg has put its libraries beside the programs that it built.
  Get-ChildItem "$build\bin\*.dll" | Copy-Item -Destination "$stage\bin"
  Invoke-Checked "$env:Qt6_ROOT\bin\windeployqt.exe" @("--release", "--no-compiler-runtime", "--no-opengl-sw", "--qmldir", "$root\ui", "$stage\bin\hearth.exe")
  # The runtime of Visual C++ beside the programs: its own installer would want administrator rights.
  Get-ChildItem "$env:VCToolsRedistDir\x64\Microsoft.VC*.CRT\*.dll" | Copy-Item -Destination "$stage\bin"
  foreach ($file in "hearth.exe", "hearth-cli.exe", "Qt6Core.dll", "Qt6Quick.dll", "platforms\qwindows.dll", "sqldrivers\qsqlite.dll",
                    "imageformats\qsvg.dll", "vcruntime140.dll", "qml\QtQuick\qmldir") {
    if (-not (Test-Path "$stage\bin\$file")) { throw "$file is missing in $stage\bin." }
  }

  # Which of the libraries is whose, with the licence texts. Qt is not of vcpkg: it is named here.
  $qt = (Get-Item "$stage\bin\Qt6Core.dll").VersionInfo.ProductVersion
  Invoke-Checked "python" @("scripts\third_party_notices.py", "vcpkg", "--installed", "$build\vcpkg_installed\x64-windows", "--files", "$stage\bin",
                            "--out", "$stage\share\doc\hearth\THIRD_PARTY_NOTICES",
                            "--other", "Qt;$qt;LGPL-3.0-only;https://download.qt.io/;$env:Qt6_ROOT\..\..\Licenses\LICENSE;Qt6*.dll,*\q*.dll,qml\*",
                            "--other", "Microsoft Visual C++ runtime;14;Microsoft;https://visualstudio.microsoft.com/license-terms/;$env:VSINSTALLDIR\Licenses\1033\VS_VC_License.txt;*140*.dll")

  # The version has one place (CMakeLists.txt); the program that was built says it.
  $version = (& "$stage\bin\hearth-cli.exe" --json --version | ConvertFrom-Json).version
  $numbers = ($version -replace '[-+].*', '') + ".0"
  New-Item -ItemType Directory -Force $Out | Out-Null
  Invoke-Checked "python" @("installer\windows\file_list.py", $stage, "$build\files.nsh")
  $setup = "$Out\hearth-$version-windows-x64-setup.exe"
  Invoke-Checked "makensis" @("-WX", "-INPUTCHARSET", "UTF8", "-DVERSION=$version", "-DNUMBERS=$numbers", "-DSTAGE=$stage", "-DFILES=$build\files.nsh",
                              "-DICON=$build\hearth.ico", "-DOUT=$setup", "installer\windows\hearth.nsi")
  Write-Host "$setup"
  Write-Host "Sign it before it is published: signtool sign /fd SHA256 /tr TIMESTAMP_SERVER /td SHA256 `"$setup`""
} finally {
  Pop-Location
}

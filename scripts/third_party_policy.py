"""What third_party_notices.py accepts, with reasons. Nothing here is trusted alone: each entry names words that must stand in the package's
own copyright file, so that a new version with other words stops the packaging until a person has read it.
"""

# Licences under which a library may be given to people together with Hearth, as short names begin in copyright files (case is not looked at).
ACCEPTED = (
    "lgpl", "mit", "expat", "x11", "bsd", "isc", "zlib", "libpng", "apache-2", "apache 2", "mpl", "ftl", "boost", "bsl", "cc0", "public-domain",
    "public domain", "pd", "hpnd", "afl", "ijg", "icu", "unicode", "ncsa", "fsf", "janik-permissive", "iconv-pd", "mingw-pd", "old-glib-tests-permissive",
    "tcl-bsdish", "beerware", "curl", "openssl", "artistic",
)

# Exceptions that let a program under another licence contain what is under the GPL. Not here: "Qt-1.0 exception", which covers what Qt's tools
# write and not libraries, and the exceptions for linking OpenSSL.
ACCEPTED_EXCEPTIONS = ("gcc runtime library", "linux-syscall-note", "autoconf", "libtool", "bison")

# For copyright files that are not machine readable, or whose default names more than the library: source package ->
# (licence of what is shipped, words in the copyright file that say so, reason).
LICENCES = {
    "krb5": ("MIT", r"Massachusetts Institute of Technology", "free text; the licence of the MIT, with others of the same kind"),
    "libproxy": ("LGPL-2.1+", r"GNU Lesser General Public\s+License as published by the Free Software Foundation; either\s+version 2\.1",
                 "free text"),
    "libxkbcommon": ("MIT", r"Permission is hereby granted, free of charge", "free text; X11 and MIT"),
    "libx11": ("MIT", r"Permission is hereby granted, free of charge", "free text; X11 and MIT"),
    "libxau": ("MIT", r"The Open Group", "free text; the licence of The Open Group"),
    "libxdmcp": ("MIT", r"The Open Group", "free text; the licence of The Open Group"),
    "libxcb": ("MIT", r"Permission is hereby granted, free of charge", "free text"),
    "libice": ("MIT", r"The Open Group", "free text; the licence of The Open Group"),
    "libsm": ("MIT", r"The Open Group", "free text; the licence of The Open Group"),
    "wayland": ("MIT", r"License: X11", "no format line"),
    "fontconfig": ("HPND", r"Permission to use, copy, modify, distribute, and sell this software", "free text"),
    "libgcrypt20": ("LGPL-2.1+", r"License \(library\): LGPLv2\.1\+", "free text; manual and tools are GPL-2+ and not shipped"),
    "libjpeg-turbo": ("IJG and BSD-3-clause and Zlib", r"BSD-BY-LC-NE", "no default in the file; BSD-BY-LC-NE is its name of the IJG licence"),
    "glibc": ("LGPL-2.1+", r"GNU Lesser General Public", "free text; only inline functions of headers are compiled in"),
    "gcc-12": ("GPL-3+ with GCC Runtime Library exception", r"GCC RUNTIME LIBRARY EXCEPTION",
               "templates and the runtime of the compiler; the exception lets programs under any licence contain them"),
    "linux": ("GPL-2 with Linux-syscall-note exception", r"GPL-2",
              "headers of the kernel's interface only; each holds the note that programs which use it are not covered"),
    "util-linux": ("BSD-3-clause", r"Files: libuuid/\*(?:.*\n)*?License: BSD-3-clause", "only libuuid is shipped; the default of the file is for the tools"),
    "e2fsprogs": ("MIT", r"lib/(?:et|ss)/", "only libcom_err is shipped; the default of the file is for the file system tools"),
    "qt6-translations": ("GPL-3 with Qt-1.0 exception", r"GPL-3 with Qt-1\.0 exception",
                         "texts, not code: what Qt's tool lrelease wrote, which the exception lets go into any work"),
    "openjpeg2": ("BSD-2-clause", r"License: BSD-2", "no default in the file; the library is under BSD-2-clause throughout"),
    "keyutils": ("LGPL-2+", r"License: LGPL-2\+", "only the library is shipped; the default of the file is for the tools"),
}

# Of the CUDA toolkit only the static runtime and inline functions of its headers are compiled in: (licence, words of the EULA that allow it). It is not free
# software; programs may contain the files that its attachment A lists, under the terms that are given with them.
CUDA = ("NVIDIA CUDA Toolkit EULA, attachment A", r"libcudart_static\.a")

# Parts of a source package that are under the GPL alone and that are not shipped: source package -> (patterns of paths, reason). The files
# that must never be shipped because of it are named after that.
NOT_SHIPPED = {
    "qt6-base": (("src/plugins/platforms/wasm/*", "src/tools/*", "src/testlib/*", "src/android/*", "config.tests/*", "configure*", "qmake/*", "util/*",
                  "mkspecs/features/data/dumpvcvars.bat", "src/corelib/debug_script.py", "src/corelib/mimetypes/mime/generate.*",
                  "src/corelib/mimetypes/mime/hexdump.ps1"), "for other systems, tools, and scripts of its build"),
    "qt6-declarative": (("src/qmlcompiler/*", "src/qmldebug/qqmlenginedebugclient*", "src/qmldom/*", "src/qmltyperegistrar/*",
                         "src/quickcontrolstestutils/*", "src/quicktestutils/*", "tools/*"), "libraries of its tools and tests"),
    "qt6-wayland": (("src/compositor/*", "src/hardwareintegration/compositor/*", "src/imports/compositor-extensions/*",
                     "src/plugins/hardwareintegration/compositor/*"), "the compositor is GPL-3; only the client is shipped"),
    "glib2.0": (("glib/gen-unicode-tables.pl", "po/po2tbl.sed.in", "tools/*"), "scripts of its build"),
    "libglvnd": (("src/util/uthash/doc/*",), "documentation"),
    "harfbuzz": (("gtk-doc.make",), "a script of its build"),
    "freetype": (("builds/unix/*",), "scripts of its build"),
    "libffi": (("libtool-ldflags", "make_sunver.pl"), "scripts of its build"),
    "xz-utils": (("src/scripts/*", "lib/*", "extra/*", "Doxyfile.in"), "programs; liblzma itself is in the public domain"),
    "lz4": (("programs/*", "ossfuzz/*", "contrib/*", "lib/dll/example/*"), "programs and examples; the library is BSD-2-clause"),
    "systemd": (("src/udev/*",), "parts of udev; libsystemd is LGPL-2.1+"),
    "libgpg-error": (("doc/*",), "documentation"),
    "dbus": (("tools/*",), "programs; the library is also under AFL-2.1"),
    "qt6-webengine": (("config.tests/*", "tools/*",
                      "src/3rdparty/chromium/third_party/angle/tools/flex-bison/*", "src/3rdparty/chromium/third_party/devscripts/*",
                      "src/3rdparty/chromium/third_party/dpkg-shlibdeps/*", "src/3rdparty/chromium/third_party/freetype-testing/*",
                      "src/3rdparty/chromium/third_party/jdk/*", "src/3rdparty/chromium/third_party/libdrm/*",
                      "src/3rdparty/chromium/third_party/proguard/*", "src/3rdparty/chromium/third_party/speech-dispatcher/*",
                      "src/3rdparty/chromium/third_party/test_fonts/*", "src/3rdparty/chromium/third_party/webdriver/*"),
                      "its build, and parts of the browser; only Qt PDF is shipped, which holds PDFium"),
}
FORBIDDEN_FILES = {
    "qt6-webengine": ("*WebEngine*",),
    "qt6-declarative": ("*QmlCompiler*", "*QmlDom*", "*QmlDebug*", "*TestUtils*", "*QuickTest*"),
    "qt6-wayland": ("*WaylandCompositor*", "*wayland-graphics-integration-server*", "*WaylandEglCompositor*"),
}

# Paths that are never part of a library, in any source package.
NEVER_SHIPPED = (
    "debian/*", "test/*", "tests/*", "testsuite/*", "*/test/*", "*/tests/*", "examples/*", "doc/*", "docs/*", "m4/*", "*.m4", "build-aux/*", "conanfile.py",
    "config.guess", "config.sub", "ltmain.sh", "*/config.guess", "*/config.sub", "*/ltmain.sh", "cmake/*", "fuzz/*", "*.1", "*.1.xml.in", "util/*.pl",
)

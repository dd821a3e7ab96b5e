# The port of vcpkg itself links protobuf and abseil as further libraries, and is a newer version than the one Hearth's tests know.
vcpkg_check_linkage(ONLY_STATIC_LIBRARY)
vcpkg_from_github(OUT_SOURCE_PATH SOURCE_PATH
  REPO google/sentencepiece REF v${VERSION}
  SHA512 9abe21f76aa025d35a0210bc1a5b0c6f2bb2ab9f626ef9d59bcd8950442036af048ca3945db311d80ff378d41f984a941f39c206e2aa006f1ca0278426d03932)
# It takes the static C runtime for itself, which cannot be mixed with Qt's.
vcpkg_replace_string("${SOURCE_PATH}/CMakeLists.txt" [["/MD" "/MT"]] [["/MD" "/MD"]])
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DSPM_ENABLE_SHARED=OFF -DSPM_ENABLE_TCMALLOC=OFF)
vcpkg_cmake_install()
vcpkg_copy_pdbs()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/bin" "${CURRENT_PACKAGES_DIR}/debug/bin" "${CURRENT_PACKAGES_DIR}/debug/include")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")

#!/usr/bin/env python3
"""Makes a key pair for files that Hearth fetches, and signs one with it (Ed25519): the list of models (docs/catalogue.md) and the news of
other versions (docs/packaging.md).

  sign_json.py --new PRIVATE.pem      writes a private key, prints the public one for -DHEARTH_CATALOGUE_KEY or -DHEARTH_UPDATE_KEY
  sign_json.py PRIVATE.pem FILE.json  writes FILE.json.sig

The private key must never be in the repository; the script refuses to write it there. Needs openssl 3.
"""
import base64
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RAW = 32  # bytes of a public key, at the end of its DER form


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.PIPE).stdout


def public_key(private):
    return base64.b64encode(openssl("pkey", "-in", str(private), "-pubout", "-outform", "DER")[-RAW:]).decode()


def main():
    arguments = sys.argv[1:]
    if len(arguments) != 2:
        print(__doc__)
        return 2
    if arguments[0] == "--new":
        private = Path(arguments[1]).resolve()
        if private.exists() or ROOT in private.parents:
            print(f"{private} exists, or is inside the repository", file=sys.stderr)
            return 1
        os.umask(0o077)
        openssl("genpkey", "-algorithm", "ed25519", "-out", str(private))
        print(public_key(private))
        return 0
    private, file = map(Path, arguments)
    signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(private), "-in", str(file))
    Path(f"{file}.sig").write_text(base64.b64encode(signature).decode() + "\n")
    print(f"{file}.sig is good for the key {public_key(private)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

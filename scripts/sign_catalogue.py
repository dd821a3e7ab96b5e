#!/usr/bin/env python3
"""Makes a key pair for fetched lists of models, and signs a list with it (Ed25519). See docs/catalogue.md.

  sign_catalogue.py --new PRIVATE.pem          writes a private key, prints the public one for -DHEARTH_CATALOGUE_KEY
  sign_catalogue.py PRIVATE.pem CATALOGUE.json writes CATALOGUE.json.sig

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
    private, catalogue = map(Path, arguments)
    signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(private), "-in", str(catalogue))
    Path(f"{catalogue}.sig").write_text(base64.b64encode(signature).decode() + "\n")
    print(f"{catalogue}.sig is good for the key {public_key(private)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

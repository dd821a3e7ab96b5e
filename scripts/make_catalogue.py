#!/usr/bin/env python3
"""Checks resources/catalogue/catalogue.source.json and writes resources/catalogue.json from it, or checks that the latter is up to date.

  make_catalogue.py ROOT [--check]

What is computed from the hyper-parameters, so that no number is typed twice:
  parameters   all weights of matrices; norms and biases are below a thousandth and left out
  active       weights read for one token: all but the token embedding (one row of it is read; a tied one is the output matrix and counts)
               and the experts that are not used. People are told the published number, which may count the embedding
  kv           bytes of the cache for one token in f16: 2 x layers x (latent + rope) for MLA, 4 x layers x kv_heads x head_size otherwise
  shape        bytes of an F16 file: weights, routed experts among them, read for one token
"""
import json
import re
import sys
from pathlib import Path

# Bits a weight of the mixes over a whole file, measured on public files whose rows are multiples of 256.
BITS = {"Q4_K_M": 4.87, "Q5_K_M": 5.70, "Q6_K": 6.58, "Q8_0": 8.51, "MXFP4": 4.64, "F16": 16.0, "BF16": 16.0}
TAGS = {"chat", "code", "reasoning", "multilingual", "small"}
LANGUAGES = ("en", "zh_CN")
TOLERANCE = 0.06  # of a stated size against parameters x bits
ACTIVE_TOLERANCE = 0.16  # publishers count embeddings, or round to one digit
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\.gguf")
SHA256 = re.compile(r"[0-9a-f]{64}")
HAN = re.compile("[\u3400-\u9fff]")


class Bad(Exception):
    pass


def need(condition, message):
    if not condition:
        raise Bad(message)


def attention(a):
    """Weights of the attention of a layer."""
    width, heads = a["width"], a["heads"]
    if "mla" not in a:
        return width * a["head_size"] * (heads + 2 * a["kv_heads"]) + heads * a["head_size"] * width
    mla = a["mla"]
    per_head = mla["nope"] + mla["rope"]
    query = width * mla["query"] + mla["query"] * heads * per_head if "query" in mla else width * heads * per_head
    return query + width * (mla["latent"] + mla["rope"]) + mla["latent"] * heads * (mla["nope"] + mla["value"]) + heads * mla["value"] * width


def sizes(a):
    """parameters, active, experts, kv of an architecture."""
    experts = a.get("experts", 0)
    dense_layers = a["dense_layers"] if experts else a["layers"]
    expert_layers = a["layers"] - dense_layers
    one_expert = 3 * a["width"] * a.get("expert_ff", 0)
    routed = expert_layers * experts * one_expert
    rest = a["layers"] * attention(a) + dense_layers * 3 * a["width"] * a["dense_ff"]
    rest += expert_layers * (a.get("shared", 0) * one_expert + a["width"] * experts)
    embedding = a["vocabulary"] * a["width"]
    total = rest + routed + embedding * (1 if a.get("tied") else 2)
    active = rest + expert_layers * a.get("used", 0) * one_expert + embedding
    mla = a.get("mla")
    kv = 2 * a["layers"] * (mla["latent"] + mla["rope"]) if mla else 4 * a["layers"] * a["kv_heads"] * a["head_size"]
    return total, active, routed, kv


def variant(model, v, total, routed):
    kind = v["quantisation"]
    bits = model.get("bits", {}).get(kind, BITS.get(kind))
    need(bits, f"quantisation {kind} is not one that the engine runs")
    need(REPOSITORY.fullmatch(v["repository"]), f"repository {v['repository']!r}")
    need(isinstance(v.get("comment"), str) and v["comment"], f"{kind} has no comment")
    expected = total * bits / 8
    out = {"quantisation": kind, "repository": v["repository"]}
    if "path" in v:
        need(FILE.fullmatch(v["path"]), f"file {v['path']!r}")
        need(kind.lower() in v["path"].lower(), f"{v['path']} does not name {kind}")
        entry = {"path": v["path"]}
        if "size" in v:
            need(abs(v["size"] / expected - 1) < TOLERANCE, f"{kind}: {v['size']} bytes, expected about {expected:.0f}")
            entry["size"] = v["size"]
        if "sha256" in v:
            need(SHA256.fullmatch(v["sha256"]), f"{kind}: sha256")
            entry["sha256"] = v["sha256"]
        out["files"] = [entry]
    else:
        need("size" not in v and "sha256" not in v, f"{kind}: size or hash without a file")
    if "size" not in v:
        approx = v.get("approx", round(expected / 1e7) * 10**7)
        need(abs(approx / expected - 1) < TOLERANCE, f"{kind}: about {approx} bytes, expected about {expected:.0f}")
        out["approx"] = approx
    if kind in model.get("expert_bits", {}):
        out["expert_bytes"] = round(routed * model["expert_bits"][kind] / 8)
    if v.get("recommended"):
        out["recommended"] = True
    return out


def text(model, key, longest=80):
    value = model[key]
    need(isinstance(value, str) and value.strip() == value and 0 < len(value) <= longest, key)
    return value


def made(model):
    a, published = model["architecture"], model["published"]
    total, active, routed, kv = sizes(a)
    need(abs(total / published["parameters"] - 1) < 0.02, f"{total / 1e9:.2f}B parameters computed, {published['parameters'] / 1e9:.2f}B published")
    need(abs(active / published["active"] - 1) < ACTIVE_TOLERANCE, f"{active / 1e9:.2f}B active computed, {published['active'] / 1e9:.2f}B published")
    need(isinstance(model.get("comment"), str), "no comment column")
    need(re.fullmatch(r"[a-z0-9][a-z0-9.-]{2,63}", model["id"]), "id")
    need(REPOSITORY.fullmatch(model["repository"]), "repository")
    need(set(model["good_at"]) == set(LANGUAGES) and all(0 < len(t) <= 300 for t in model["good_at"].values()), "good_at")
    need(HAN.search(model["good_at"]["zh_CN"]) and not HAN.search(model["good_at"]["en"]), "good_at is not in its language")
    need(model["tags"] and set(model["tags"]) <= TAGS, "tags")
    variants = [variant(model, v, total, routed) for v in model["variants"]]
    need(len({v["quantisation"] for v in variants}) == len(variants) > 0, "variants are not distinct")
    need(sum("recommended" in v for v in variants) == 1, "one variant must be recommended")
    by_size = [v.get("approx") or v["files"][0]["size"] for v in variants]
    need(by_size == sorted(by_size), "variants are not smallest first")
    return {"id": model["id"], "name": text(model, "name"), "publisher": text(model, "publisher"), "licence": text(model, "licence"),
            "good_at": model["good_at"], "tags": model["tags"], "parameters": total,
            "active_parameters": round(published["active"]) if routed else total, "context": model["context"],
            "layers": a["layers"], "experts": a.get("experts", 0), "experts_used": a.get("used", 0), "repository": model["repository"],
            "shape": {"weights": 2 * total, "experts": 2 * routed, "per_token": 2 * active, "kv": kv}, "variants": variants}


def catalogue(source):
    need(source["format"] == 1 and isinstance(source["version"], int) and source["version"] > 0, "format or version")
    need(re.fullmatch(r"\d{4}-\d\d-\d\d", source["date"]), "date")
    models = []
    for model in source["models"]:
        try:
            models.append(made(model))
        except (Bad, KeyError) as error:
            raise Bad(f"{model.get('id')}: {error}") from error
    need(len({m["id"] for m in models}) == len(models), "ids are not unique")
    return {"format": 1, "version": source["version"], "date": source["date"], "models": models}


def main():
    root = Path(sys.argv[1])
    target = root / "resources/catalogue.json"
    source = json.loads((root / "resources/catalogue/catalogue.source.json").read_text(encoding="utf-8"))
    try:
        text_made = json.dumps(catalogue(source), ensure_ascii=False, separators=(",", ":")) + "\n"
    except Bad as error:
        print(f"catalogue.source.json: {error}")
        return 1
    if sys.argv[2:] == ["--check"]:
        if not target.is_file() or target.read_text(encoding="utf-8") != text_made:
            print(f"out of date: {target}; run scripts/make_catalogue.py {root}")
            return 1
    else:
        target.write_text(text_made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Verifies an exported audit log a second time, from the definitions alone.

    verify.py DIR KEY [CHECKPOINT ...]

DIR is an export, KEY the log's public key in base64 (or a file with it), each CHECKPOINT a file that somebody kept. Prints one
line of JSON; exit code 0 whole, 1 bad, 2 not judged. It shares no line with the Java verifier, and needs Python 3.9 only; where
the package `cryptography` is there, it checks the signatures faster.
"""

import base64
import datetime
import hashlib
import json
import os
import re
import sys
import unicodedata

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None


class Malformed(Exception):
    """Text or bytes that do not say exactly what they must."""


class Bad(Exception):
    """The first thing that is wrong with an export."""

    def __init__(self, reason, index, message):
        super().__init__(message)
        self.reason, self.index, self.message = reason, index, message


# --- Ed25519 (RFC 8032) ---------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def decode_point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(raw) != 32 or y >= P:
        raise Malformed("no point")
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * ROOT % P
    if x * x % P != xx or (x == 0 and sign):
        raise Malformed("no point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def encode_point(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(number, point):
    total = NEUTRAL
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def is_neutral(point):
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


class Key:
    """A public key; points of small order and outside the main group are none."""

    def __init__(self, raw):
        self.raw = raw
        self.point = decode_point(raw)
        if is_neutral(self.point) or not is_neutral(times(L, self.point)):
            raise Malformed("not a point of the main group")
        self.fast = Ed25519PublicKey.from_public_bytes(raw) if Ed25519PublicKey and not os.environ.get("PURE") else None

    def kid(self):
        return hashlib.sha256(self.raw).digest()[:8].hex()

    def base64(self):
        return base64.b64encode(self.raw).decode()

    def verifies(self, message, signature):
        if len(signature) != 64:
            return False
        if self.fast:
            try:
                self.fast.verify(signature, message)
                return True
            except InvalidSignature:
                return False
        s = int.from_bytes(signature[32:], "little")
        if s >= L:
            return False
        k = int.from_bytes(hashlib.sha512(signature[:32] + self.raw + message).digest(), "little") % L
        x, y, z, t = times(k, self.point)
        return encode_point(add(times(s, BASE), (-x % P, y, z, -t % P))) == signature[:32]


# --- canonical JSON: objects, arrays, strings, booleans ---------------------------------------------------------------

DEPTH_MAX, JSON_BYTES_MAX = 16, 64 * 1024
SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
ESCAPES = {value: "\\" + name for name, value in SHORT.items()}


def utf16(text):
    return text.encode("utf-16-be")


def quote(text):
    out = ['"']
    for c in text:
        out.append(ESCAPES.get(c) or ("\\u%04x" % ord(c) if c < " " else c))
    return "".join(out) + '"'


class Reader:
    def __init__(self, raw):
        if len(raw) > JSON_BYTES_MAX:
            raise Malformed("too long")
        try:
            self.text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("not UTF-8") from None
        self.at = 0

    def fields(self):
        value = self.value(0)
        if self.at != len(self.text) or not isinstance(value, dict):
            raise Malformed("not one object")
        return value

    def take(self, c):
        if self.text[self.at:self.at + len(c)] == c:
            self.at += len(c)
            return True
        return False

    def expect(self, c):
        if not self.take(c):
            raise Malformed("expected " + c + " at " + str(self.at))

    def value(self, depth):
        for word, value in (("true", True), ("false", False)):
            if self.take(word):
                return value
        if self.text[self.at:self.at + 1] == '"':
            return self.string()
        if self.take("{"):
            return self.members(depth + 1)
        self.expect("[")
        return self.items(depth + 1)

    def members(self, depth):
        self.check(depth)
        found, last = {}, None
        if self.take("}"):
            return found
        while True:
            name = self.string()
            if last is not None and utf16(name) <= utf16(last):
                raise Malformed("names out of order")
            self.expect(":")
            found[name], last = self.value(depth), name
            if not self.take(","):
                self.expect("}")
                return found

    def items(self, depth):
        self.check(depth)
        found = []
        if self.take("]"):
            return found
        while True:
            found.append(self.value(depth))
            if not self.take(","):
                self.expect("]")
                return found

    @staticmethod
    def check(depth):
        if depth > DEPTH_MAX:
            raise Malformed("too deep")

    def string(self):
        self.expect('"')
        begin, out = self.at - 1, []
        while not self.take('"'):
            c = self.text[self.at:self.at + 1]
            if c == "" or c < " ":
                raise Malformed("a string ends badly")
            self.at += 1
            if c == "\\":
                kind = self.text[self.at:self.at + 1]
                self.at += 1
                if kind == "u":
                    digits = self.text[self.at:self.at + 4]
                    self.at += 4
                    if not re.fullmatch("[0-9a-f]{4}", digits, re.ASCII):
                        raise Malformed("bad escape")
                    c = chr(int(digits, 16))
                elif kind in SHORT:
                    c = SHORT[kind]
                else:
                    raise Malformed("bad escape")
            out.append(c)
        text = "".join(out)
        if quote_or_fail(text) != self.text[begin:self.at]:
            raise Malformed("another spelling")
        return text


def quote_or_fail(text):
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Malformed("half of a surrogate pair")
    return quote(text)


def canonical(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    names = sorted(value, key=utf16)
    return "{" + ",".join(quote(name) + ":" + canonical(value[name]) for name in names) + "}"


def height(value):
    if isinstance(value, dict):
        return 1 + max((height(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((height(item) for item in value), default=0)
    return 0


# --- single fields ------------------------------------------------------------------------------------------------------

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def strict64(text, length=None):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if base64.b64encode(raw).decode() != text or (length is not None and len(raw) != length):
        raise Malformed("not base64 in its one spelling, or of another length")
    return raw


def number(text, least=None):
    if not re.fullmatch("0|-?[1-9][0-9]{0,18}", text, re.ASCII):
        raise Malformed("not a number")
    value = int(text)
    if not -2**63 <= value < 2**63 or (least is not None and value < least):
        raise Malformed("number out of range")
    return value


def text_of(fields, name, absent=None):
    if name not in fields and absent is not None:
        return absent
    value = fields.get(name)
    if not isinstance(value, str):
        raise Malformed(name + " must be a text")
    return value


def matching(form, value):
    if not re.fullmatch(form, value, re.ASCII):
        raise Malformed("does not match " + form)
    return value


def line(value, least, most):
    length = len(utf16(value)) // 2
    if not least <= length <= most or any(unicodedata.category(c) == "Cc" for c in value):
        raise Malformed("not one line of " + str(least) + " to " + str(most))
    return value


def time(value):
    parts = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z", value, re.ASCII)
    try:
        if int(parts[1]) < 1970:
            raise Malformed("before 1970")
        datetime.datetime(*(int(part) for part in parts.groups()))
    except (TypeError, ValueError):
        raise Malformed("no time") from None


def digest(value):
    matching("sha256:[0-9a-f]{64}", value)


# --- leaves -------------------------------------------------------------------------------------------------------------

HEAD, MIDDLE, TAIL, LEAF_BYTES_MAX = b'{"record":', b',"signature":"', b'"}', 65535
BATCH = re.compile(
    rb'\{"batch":\{"index":"(0|[1-9][0-9]{0,3})","path":"([^"]*)","size":"([1-9][0-9]{0,3})"\},"record":'
)
FIELDS = set(
    "schema id service build tenant actor action request subject subject_number state_before state_after event_time"
    " recorded_time digests facts source number".split()
)


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def subtree_root(index, size, hashes, leaf):
    """The root of a tree of `size` leaves from one of them and the hashes beside its way, the leaf's side first."""
    if size == 1:
        if hashes:
            raise Malformed("too many hashes")
        return leaf
    if not hashes:
        raise Malformed("too few hashes")
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return node(subtree_root(index, left, hashes[:-1], leaf), hashes[-1])
    return node(hashes[-1], subtree_root(index - left, size - left, hashes[:-1], leaf))


class Leaf:
    def __init__(self, raw):
        end = len(raw) - len(MIDDLE) - 88 - len(TAIL)
        if len(raw) > LEAF_BYTES_MAX or end <= 0 or raw[end:end + len(MIDDLE)] != MIDDLE or not raw.endswith(TAIL):
            raise Malformed("no leaf")
        self.signature = strict64(raw[end + len(MIDDLE):-len(TAIL)].decode("latin-1"), 64)
        batch = BATCH.match(raw)
        begin = batch.end() if batch else len(HEAD)
        if begin >= end or not (batch or raw.startswith(HEAD)):
            raise Malformed("no leaf")
        self.signed = raw[begin:end]
        record = Reader(self.signed).fields()
        if set(record) != FIELDS or text_of(record, "schema") != "revontuli.audit.v1":
            raise Malformed("not exactly the fields of a record")
        self.source, self.number = text_of(record, "source"), number(text_of(record, "number"), 1)
        self.id = matching(UUID, text_of(record, "id"))
        self.service = matching("[a-z][a-z0-9-]{0,31}", text_of(record, "service"))
        digest(text_of(record, "build"))
        line(text_of(record, "tenant"), 0, 64)
        line(text_of(record, "actor"), 1, 256)
        self.action = line(matching(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+", text_of(record, "action")), 3, 64)
        line(text_of(record, "request"), 0, 128)
        self.subject = line(text_of(record, "subject"), 1, 256)
        self.subject_number = number(text_of(record, "subject_number"), 1)
        self.before = matching("[A-Z0-9_]{0,32}", text_of(record, "state_before"))
        self.after = matching("[A-Z0-9_]{0,32}", text_of(record, "state_after"))
        time(text_of(record, "event_time"))
        time(text_of(record, "recorded_time"))
        digests, self.facts = record["digests"], record["facts"]
        if not isinstance(digests, dict) or not isinstance(self.facts, dict) or len(digests) > 64:
            raise Malformed("digests and facts must be objects")
        for name in digests:
            matching("[a-z][a-z0-9_.-]{0,63}", name)
            digest(text_of(digests, name))
        if height(self.facts) > DEPTH_MAX - 2 or len(canonical(self.facts).encode()) > 48 * 1024:
            raise Malformed("facts too deep or too long")
        matching("sources/" + re.escape(self.service) + "-" + UUID, self.source)
        self.digests, self.life = digests, hashlib.sha256((self.service + " " + self.subject).encode()).digest()
        self.hash = hashlib.sha256(b"\0" + raw).digest()
        if batch:
            self.signed = self.statement(int(batch[1]), int(batch[3]), strict64(batch[2].decode("latin-1")))

    def statement(self, index, size, path):
        """What a source signs for several of its records at once."""
        if not index < size or not 2 <= size <= 1024 or len(path) % 32:
            raise Malformed("no place in a batch")
        hashes = [path[at:at + 32] for at in range(0, len(path), 32)]
        root = subtree_root(index, size, hashes, hashlib.sha256(b"\0" + self.signed).digest())
        return "\n".join(["revontuli source batch", self.source, str(size), base64.b64encode(root).decode(), ""]).encode()


PRUNED = b'{"pruned":{'


class Pruned:
    """The line that stands where a leaf's bytes were pruned: its places without what it said."""

    def __init__(self, raw):
        fields = Reader(raw).fields()
        inner = fields.get("pruned")
        if set(fields) != {"pruned"} or not isinstance(inner, dict):
            raise Malformed("no pruned leaf")
        if set(inner) != set("hash number pruning source subject subject_number".split()):
            raise Malformed("not exactly the fields of a pruned leaf")
        self.raw, self.hash = raw, strict64(text_of(inner, "hash"), 32)
        self.source = matching("sources/[a-z][a-z0-9-]{0,31}-" + UUID, text_of(inner, "source"))
        self.number = number(text_of(inner, "number"), 1)
        self.life = strict64(text_of(inner, "subject"), 32)
        self.subject_number = number(text_of(inner, "subject_number"), 1)
        self.pruning = matching("prunings/" + UUID, text_of(inner, "pruning"))
        self.subject, self.before, self.after = "the subject of a pruned record", None, None


# --- notes and checkpoints ------------------------------------------------------------------------------------------------

NOTE_BYTES_MAX = 16 * 1024


class Checkpoint:
    def __init__(self, raw):
        if len(raw) > NOTE_BYTES_MAX:
            raise Malformed("too long")
        try:
            note = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("not UTF-8") from None
        self.text, blank, rest = note.rpartition("\n\n")
        if not blank or not note.endswith("\n"):
            raise Malformed("no note")
        self.text += "\n"
        self.lines = []
        for each in rest[:-1].split("\n") if rest else []:
            form = re.fullmatch("\u2014 (.*) ([^ ]*)", each, re.DOTALL)
            if not form:
                raise Malformed("no signature line")
            name, blob = form[1], strict64(form[2])
            if not name or "+" in name or len(blob) <= 4:
                raise Malformed("no signature line")
            if any(unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc") for c in name):
                raise Malformed("no signer's name")
            self.lines.append((name, blob))
        if not 1 <= len(self.lines) <= 32 or any(c < " " and c != "\n" for c in self.text):
            raise Malformed("no note")
        parts = self.text.split("\n")
        if len(parts) < 4 or len(parts) - 4 > 16:
            raise Malformed("no checkpoint")
        for each in parts[:1] + parts[3:-1]:
            line(each, 1, 512)
        self.origin, self.size, self.root = parts[0], number(parts[1], 0), strict64(parts[2], 32)

    def signed_by(self, key):
        key_id = hashlib.sha256((self.origin + "\n").encode() + b"\1" + key.raw).digest()[:4]
        mine = [blob[4:] for name, blob in self.lines if name == self.origin and blob[:4] == key_id]
        return bool(mine) and all(key.verifies(self.text.encode(), signature) for signature in mine)


# --- what only several leaves show ----------------------------------------------------------------------------------------


class Tree:
    """The RFC 6962 tree as its full subtrees, the largest first."""

    def __init__(self):
        self.size, self.nodes = 0, []

    def append(self, leaf_hash):
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf_hash, size = node(self.nodes.pop(), leaf_hash), size >> 1
        self.nodes.append(leaf_hash)

    def root(self):
        if not self.nodes:
            return hashlib.sha256().digest()
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = node(left, root)
        return root


class Source:
    def __init__(self, leaf, index):
        try:
            if leaf.subject != leaf.source:
                raise Malformed("subject")
            self.predecessor = text_of(leaf.facts, "predecessor", "")
            last = text_of(leaf.facts, "predecessor_last_number", "")
            self.predecessor_last = number(last) if last else 0
            if self.predecessor_last < 1 if self.predecessor else self.predecessor_last != 0:
                raise Malformed("predecessor")
            self.key = Key(strict64(text_of(leaf.facts, "public_key"), 32))
        except Malformed as e:
            raise Bad("SOURCE_OPENED_WRONGLY", index, str(e)) from None
        self.opened, self.last, self.closed, self.verified = index, 0, False, None


def follow_source(sources, leaf, index):
    opens, known = leaf.action == "source.opened", sources.get(leaf.source)
    if not known and not opens:
        raise Bad("UNKNOWN_SOURCE", index, leaf.source)
    source = known or Source(leaf, index)
    if (leaf.signed, leaf.signature) != source.verified and not source.key.verifies(leaf.signed, leaf.signature):
        raise Bad("BAD_SIGNATURE", index, leaf.source)
    source.verified = (leaf.signed, leaf.signature)
    if opens and (known or leaf.number != 1):
        raise Bad("SOURCE_OPENED_WRONGLY", index, leaf.source)
    take_place(source, leaf, index)
    source.closed = leaf.action == "source.closed"
    sources[leaf.source] = source


def follow_pruned_source(sources, leaf, index):
    if leaf.source not in sources:
        raise Bad("UNKNOWN_SOURCE", index, leaf.source)
    take_place(sources[leaf.source], leaf, index)


def take_place(source, leaf, index):
    if leaf.number > source.last + 1:
        raise Bad("SOURCE_NUMBER_GAP", index, leaf.source)
    if leaf.number < source.last + 1:
        raise Bad("SOURCE_NUMBER_REPEATED", index, leaf.source)
    if source.closed:
        raise Bad("RECORD_AFTER_CLOSED", index, leaf.source)
    source.last = leaf.number


class Pruning:
    """What was pruned at once, beside what the log says of it."""

    def __init__(self):
        self.first, self.leaves, self.digest = -1, 0, hashlib.sha256().digest()
        self.announced, self.said = -1, None

    def take(self, leaf, index):
        self.first = index if self.first < 0 else self.first
        self.leaves += 1
        self.digest = hashlib.sha256(self.digest + leaf.raw).digest()

    def announce(self, leaf, index):
        try:
            if self.announced >= 0:
                raise Malformed("announced twice")
            self.said = (number(text_of(leaf.facts, "records")), leaf.digests.get("pruned_leaves"))
        except Malformed as e:
            raise Bad("PRUNING_DISAGREES", index, str(e)) from None
        self.announced = index

    def agrees(self):
        return self.announced >= 0 and self.said == (self.leaves, "sha256:" + self.digest.hex())


NEXT = {
    "": "QUEUED",
    "QUEUED": "PREPARING PAUSED CANCELLED FAILED",
    "PREPARING": "RUNNING QUEUED FAILED CANCELLED PAUSED",
    "RUNNING": "EVALUATING PAUSED FAILED CANCELLED QUEUED",
    "EVALUATING": "SUCCEEDED FAILED CANCELLED QUEUED",
    "PAUSED": "QUEUED CANCELLED",
    "SUCCEEDED": "",
    "FAILED": "",
    "CANCELLED": "",
}


class Life:
    """A subject of a service: numbers from 1 without a gap, in whichever order they come; of a job also its states."""

    WAITING_MAX = 100_000

    def __init__(self):
        self.last, self.state, self.waiting = 0, "", {}

    def follow(self, leaf, index):
        if leaf.subject_number <= self.last or leaf.subject_number in self.waiting:
            raise Bad("SUBJECT_NUMBER_REPEATED", index, leaf.subject)
        self.waiting[leaf.subject_number] = (index, leaf.subject, leaf.before, leaf.after)
        while self.last + 1 in self.waiting:
            self.last += 1
            self.step(*self.waiting.pop(self.last))
        if len(self.waiting) > self.WAITING_MAX:
            raise self.gap()

    def step(self, index, subject, before, after):
        if before is None:
            self.state = None  # led somewhere by a pruned record
            return
        if not re.fullmatch("jobs/[^/]+", subject):
            return
        if self.state is not None and before != self.state:
            raise Bad("STATE_MISMATCH", index, subject)
        if before not in NEXT or (after != before and after not in NEXT[before].split()):
            raise Bad("ILLEGAL_TRANSITION", index, subject)
        self.state = after

    def gap(self):
        return Bad("SUBJECT_NUMBER_GAP", min(each[0] for each in self.waiting.values()), "a number is nowhere")


class Kept:
    """The checkpoints that the log kept on the way. What is wrong with the list itself is said last."""

    LINE_BYTES_MAX = 2 * NOTE_BYTES_MAX

    def __init__(self, path, covering, keys):
        self.file = open(path, "rb") if os.path.isfile(path) else None
        self.covering, self.keys, self.trouble = covering, keys, None
        self.agreed, self.disagreed = 0, -1
        self.next = self.read(-1)

    def read(self, before):
        raw = self.file.readline(self.LINE_BYTES_MAX + 1) if self.file and not self.trouble else b""
        if not raw:
            return None
        try:
            if not raw.endswith(b"\n"):
                raise Malformed("no line")
            fields = Reader(raw[:-1]).fields()
            if set(fields) != {"note"}:
                raise Malformed("not exactly the field note")
            found = Checkpoint(text_of(fields, "note").encode())
            if not any(found.signed_by(key) for key in self.keys) or found.origin != self.covering.origin:
                raise Malformed("of another log")
            if not before < found.size <= self.covering.size:
                raise Malformed("out of order")
            return found
        except Malformed as e:
            self.trouble = Bad("KEPT_CHECKPOINT_BAD", -1, str(e))
            return None

    def follow(self, tree):
        while self.next and self.next.size == tree.size:
            if self.next.root != tree.root():
                self.disagreed = self.disagreed if self.disagreed >= 0 else tree.size
            elif self.disagreed < 0:
                self.agreed = tree.size
            self.next = self.read(tree.size)


class Tables:
    """Rows of the tables as they stood, against the records. What is wrong is said last, the first leaf first."""

    SERVICE, ROW_BYTES_MAX, ROWS_MAX, TAKEN_BYTES_MAX = "trainer-svc", 1024, 100_000, 1024
    KINDS = {
        "datasets": ("datasets/[^/]+", "dataset"),
        "jobs": ("jobs/[^/]+", "plan"),
        "model_versions": ("models/[^/]+/versions/[^/]+", "model"),
    }

    class Row:
        def __init__(self, raw, form):
            if len(raw) > Tables.ROW_BYTES_MAX:
                raise Malformed("row too long")
            fields = Reader(raw).fields()
            self.ahead = fields.pop("ahead", False)
            if set(fields) != {"digest", "name", "number", "state"} or (b'"ahead":' in raw and self.ahead is not True):
                raise Malformed("not exactly the fields of a row")
            self.name = matching(form, line(text_of(fields, "name"), 1, 256))
            self.state = matching("[A-Z0-9_]{0,32}", text_of(fields, "state"))
            self.digest, self.number = text_of(fields, "digest"), number(text_of(fields, "number"), 0)
            digest(self.digest)
            self.met = False

    def __init__(self, export):
        self.folder, self.titles, self.rows = os.path.join(export, "tables"), [], {}
        self.size, self.wrong, self.trouble = 0, None, None
        if os.path.exists(self.folder):
            try:
                self.read()
            except Malformed as e:
                self.trouble, self.titles, self.rows = Bad("TABLE_MALFORMED", -1, str(e)), [], {}

    def open(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.isfile(path):
            raise Malformed(name + " is not there")
        return open(path, "rb")

    def read(self):
        with self.open("taken.json") as file:
            raw = file.read(self.TAKEN_BYTES_MAX + 1)
        if len(raw) > self.TAKEN_BYTES_MAX or not raw.endswith(b"\n"):
            raise Malformed("taken.json is no line, or too long")
        fields = Reader(raw[:-1]).fields()
        if set(fields) != {"log_size", "tables"} or not isinstance(fields["tables"], list):
            raise Malformed("not exactly the fields of taken.json")
        self.size, self.titles = number(text_of(fields, "log_size"), 0), fields["tables"]
        known = all(isinstance(title, str) and title in self.KINDS for title in self.titles)
        if not self.titles or not known or self.titles != sorted(set(self.titles)):
            raise Malformed("tables must list known tables, each once and in order")
        for title in self.titles:
            with self.open(title + ".jsonl") as lines:
                while raw := lines.readline(self.ROW_BYTES_MAX + 2):
                    if not raw.endswith(b"\n"):
                        raise Malformed("a row is no line, or too long")
                    self.take(self.Row(raw[:-1], self.KINDS[title][0]))

    def take(self, row):
        life = hashlib.sha256((self.SERVICE + " " + row.name).encode()).digest()
        if life in self.rows or len(self.rows) == self.ROWS_MAX:
            raise Malformed("a row is there twice, or there are too many")
        self.rows[life] = row

    def follow(self, leaf, index):
        row = self.rows.get(leaf.life)
        if row is None:
            if not isinstance(leaf, Pruned) and leaf.service == self.SERVICE and self.kind(leaf) and index < self.size:
                self.bad("RECORD_WITHOUT_ROW", index, leaf.subject)
        elif leaf.subject_number > row.number and index < self.size:
            self.bad("STATE_DISAGREES", index, row.name + " is behind its records")
        elif leaf.subject_number == row.number:
            row.met = True
            if isinstance(leaf, Pruned):
                return
            if leaf.after != row.state:
                self.bad("STATE_DISAGREES", index, row.name + " is " + row.state + " and not " + leaf.after)
            elif leaf.digests.get(self.kind(leaf)[1], row.digest) != row.digest:
                self.bad("DIGEST_DISAGREES", index, row.name)

    def kind(self, leaf):
        return next((self.KINDS[each] for each in self.titles if re.fullmatch(self.KINDS[each][0], leaf.subject)), None)

    def bad(self, reason, index, message):
        self.wrong = self.wrong or Bad(reason, index, message)

    def check(self):
        for bad in (self.trouble, self.wrong):
            if bad:
                raise bad
        for row in self.rows.values():
            if not row.met and not (row.ahead and row.number > 0):
                raise Bad("ROW_WITHOUT_RECORD", -1, row.name)


# --- the whole ------------------------------------------------------------------------------------------------------------


def read_leaves(path, covering, follow):
    count = 0
    with open(path, "rb") as lines:
        while True:
            raw = lines.readline(LEAF_BYTES_MAX + 1)
            if not raw:
                break
            if not raw.endswith(b"\n"):
                raise Bad("LEAF_MALFORMED", count, "no line")
            if count >= covering.size:
                raise Bad("BEYOND_CHECKPOINT", count, "more leaves than the checkpoint covers")
            try:
                leaf = (Pruned if raw.startswith(PRUNED) else Leaf)(raw[:-1])
            except Malformed as e:
                raise Bad("LEAF_MALFORMED", count, str(e)) from None
            follow(leaf, count)
            count += 1
    if count < covering.size:
        raise Bad("TRUNCATED", count, "fewer leaves than the checkpoint covers")


def log_keys(path, origin, given):
    """The given key, and those to which rotations in the log lead from it, forth and back."""
    rotations = []
    with open(path, "rb") as lines:
        while raw := lines.readline(LEAF_BYTES_MAX + 1):
            if not raw.endswith(b"\n"):
                break
            if b'"action":"log.key_rotated"' not in raw:
                continue
            try:
                leaf = Leaf(raw[:-1])
                facts = leaf.facts if leaf.action == "log.key_rotated" else {}
                old, new = (strict64(text_of(facts, name), 32) for name in ("old_key", "new_key"))
                statement = "revontuli log key rotation\n%s\n%s\n%s\n" % (
                    text_of(facts, "origin"),
                    text_of(facts, "old_key"),
                    text_of(facts, "new_key"),
                )
                signed = all(
                    Key(raw_key).verifies(statement.encode(), strict64(text_of(facts, name), 64))
                    for raw_key, name in ((old, "old_signature"), (new, "new_signature"))
                )
                if signed and text_of(facts, "origin") == origin:
                    rotations.append((old, new))
            except Malformed:
                pass  # signed by nobody who matters
    keys, grew = [given], True
    while grew:
        known = [key.raw for key in keys]
        more = [new for old, new in rotations if old in known] + [old for old, new in rotations if new in known]
        fresh = [raw for raw in dict.fromkeys(more) if raw not in known]
        keys += [Key(raw) for raw in fresh]
        grew = bool(fresh)
    return keys


def check(folder, key, older):
    paths = {name: os.path.join(folder, name) for name in ("checkpoint", "leaves.jsonl", "keys.json")}
    for name, path in paths.items():
        if not os.path.isfile(path):
            raise Bad("MISSING_FILE", -1, name)
    try:
        with open(paths["checkpoint"], "rb") as file:
            covering = Checkpoint(file.read(NOTE_BYTES_MAX + 1))
    except Malformed as e:
        raise Bad("CHECKPOINT_MALFORMED", -1, str(e)) from None
    keys = log_keys(paths["leaves.jsonl"], covering.origin, key)
    signers = [each for each in keys if covering.signed_by(each)]
    if not signers:
        raise Bad("CHECKPOINT_NOT_SIGNED", -1, "not signed by this key, nor by one that the log has announced")
    for each in older:
        if each.origin != covering.origin or not any(each.signed_by(one) for one in keys):
            raise Malformed("the given checkpoint is not of this log")
    tree, sources, lives = Tree(), {}, {}
    kept = Kept(os.path.join(folder, "checkpoints.jsonl"), covering, keys)
    roots, ids, prunings = {}, set(), {}
    tables = Tables(folder)

    def note_root():
        kept.follow(tree)
        if any(each.size == tree.size for each in older):
            roots[tree.size] = tree.root()

    def follow(leaf, index):
        pruned = isinstance(leaf, Pruned)
        if pruned:
            follow_pruned_source(sources, leaf, index)
            prunings.setdefault(leaf.pruning, Pruning()).take(leaf, index)
        else:
            follow_source(sources, leaf, index)
            if leaf.action == "ledger.pruned":
                prunings.setdefault(leaf.subject, Pruning()).announce(leaf, index)
        tables.follow(leaf, index)
        tree.append(leaf.hash)
        note_root()
        if not pruned:
            if leaf.id in ids:
                raise Bad("RECORD_ID_REPEATED", index, leaf.id)
            ids.add(leaf.id)
        lives.setdefault(leaf.life, Life()).follow(leaf, index)

    note_root()
    read_leaves(paths["leaves.jsonl"], covering, follow)
    gaps = [life.gap() for life in lives.values() if life.waiting]
    if gaps:
        raise min(gaps, key=lambda gap: gap.index)
    for name, source in sources.items():
        if source.predecessor:
            before = sources.get(source.predecessor)
            if not before or before.last != source.predecessor_last:
                raise Bad("PREDECESSOR_INCOMPLETE", source.opened, name)
    wrong = [each.first if each.first >= 0 else each.announced for each in prunings.values() if not each.agrees()]
    if wrong:
        raise Bad("PRUNING_DISAGREES", min(wrong), "leaves are missing that no record announces as pruned, or others")
    compare(covering, tree, kept, older, roots)
    entries = [
        canonical({"source": name, "kid": source.key.kid(), "ed25519": source.key.base64()})
        for name, source in sources.items()
    ]
    log = canonical({"name": covering.origin, "ed25519": signers[0].base64()})
    expected = '{"log":' + log + ',"sources":[\n' + ",\n".join(entries) + "\n]}\n"
    with open(paths["keys.json"], "rb") as file:
        if file.read(len(expected.encode()) + 1) != expected.encode():
            raise Bad("KEYS_DISAGREE", -1, "keys.json")
    tables.check()
    return [name + " open after " + str(source.last) for name, source in sources.items() if not source.closed]


def compare(covering, tree, kept, older, roots):
    agreed, disagreed = kept.agreed, kept.disagreed
    for each in sorted(older, key=lambda one: one.size):
        if each.size > covering.size:
            continue
        if each.root != roots[each.size]:
            disagreed = each.size if disagreed < 0 else min(disagreed, each.size)
        elif disagreed < 0 or each.size < disagreed:
            agreed = max(agreed, each.size)
    whole = tree.root() == covering.root
    if not whole and disagreed < 0:
        disagreed = covering.size
    first = agreed if disagreed - agreed == 1 else -1
    if not whole:
        raise Bad("ROOT_MISMATCH", first, "other leaves than the checkpoint covers")
    if kept.trouble:
        raise kept.trouble
    if disagreed >= 0:
        raise Bad("FORKED", first, "the log has signed other leaves")
    if any(each.size > covering.size for each in older):
        raise Bad("BEHIND_CHECKPOINT", covering.size, "a given checkpoint covers more")


def verify(folder, key, older=()):
    try:
        open_sources = check(folder, key, older)
        return {"ok": True, "first_bad": -1, "reason": "OK", "message": "", "open_sources": open_sources}
    except Bad as bad:
        return {"ok": False, "first_bad": bad.index, "reason": bad.reason, "message": bad.message, "open_sources": []}


def read_key(text):
    if os.path.isfile(text):
        with open(text, encoding="ascii") as file:
            text = file.read(1024).strip()
    return Key(strict64(text, 32))


def read_checkpoint(path):
    with open(path, "rb") as file:
        return Checkpoint(file.read(NOTE_BYTES_MAX + 1))


def main(args):
    if len(args) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        found = verify(args[0], read_key(args[1]), [read_checkpoint(path) for path in args[2:]])
    except (Malformed, OSError) as e:
        print("cannot judge: " + str(e), file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

/**
 * `verify.sh`: what sh, sha256sum and openssl can check of an unpacked bundle, for whoever trusts no program that came with it and wants to
 * read a few pages of shell instead. It proves the files, the signature and the seal; the ledger's other records and the verdicts are verify.mjs's.
 */
export const verifyScript = String.raw`#!/bin/sh
# Checks an unpacked evidence bundle with sh, sha256sum and openssl (3.0 or later), and nothing else:
#   sh verify.sh KEY [CA] [WITNESS]...
# KEY is the ledger's key (name+id+key) as it was given to you when the engagement began; compare it with log/vkeys.txt.
# CA is a file with the root certificate of the time-stamping authority, as it publishes it; - for none.
# WITNESS is the key of a witness (name+id+key), as it gives it to you.
set -eu
[ $# -gt 0 ] || { echo 'Usage: sh verify.sh KEY [CA] [WITNESS]...'; exit 2; }
unable() { echo "Nothing was checked: $1."; exit 2; }
# Another openssl does not know what is asked of it, which would look as if a signature did not fit.
case $(openssl version 2> /dev/null) in 'OpenSSL '[3-9]* | 'OpenSSL '[1-9][0-9]*) ;; *) unable 'this takes openssl 3.0 or later, of OpenSSL' ;; esac
command -v sha256sum > /dev/null || unable 'this takes sha256sum'
KEY=$1
shift
CA=
if [ $# -gt 0 ]; then
  [ "$1" = - ] || { [ -f "$1" ] && [ -r "$1" ] && CA=$(realpath "$1"); } || unable "the certificate '$1' cannot be read"
  shift
fi
for GIVEN in "$KEY" "$@"; do
  case $GIVEN in ?*+????????+?*) ;; *) unable "'$GIVEN' is no key: one is name+id+key" ;; esac
done
cd "$(dirname "$0")"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAILED: $1"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
id_of() { echo "$1" | cut -d+ -f2; }
# An Ed25519 key as openssl reads it (RFC 8410): what is behind the type byte of the key given.
der() { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; echo "$1" | cut -d+ -f3- | base64 -d | tail -c +2; }
# Whether the second file is the signature of the third under the key in the first.
signed() { openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$1" -sigfile "$2" -in "$3" > /dev/null 2>&1; }

# 1  Every file is the one in the manifest, and there is no other but those of log/.
{ tr -d '{}"\n' < manifest.json; echo; } | tr ',' '\n' | sed -E 's/(.*):(.*)/\2  \1/' > "$WORK/sums"
sha256sum -c "$WORK/sums" > "$WORK/checked" 2>&1 || fail "$(grep -v ': OK' "$WORK/checked" | head -n 3)"
find . ! -type d | sed 's|^\./||' | sort > "$WORK/found"
{ sed -E 's/^[0-9a-f]+  //' "$WORK/sums"; echo manifest.json
  for FILE in checkpoint vkeys.txt leaf_hashes.bin records.jsonl disclosures.jsonl seal.tlog-proof; do echo "log/$FILE"; done
  [ ! -e log/prev-checkpoint ] || printf 'log/prev-checkpoint\nlog/consistency.txt\n'
} | sort > "$WORK/listed"
cmp -s "$WORK/listed" "$WORK/found" ||
  fail "a file is here that the manifest does not list, or is missing: $(comm -3 "$WORK/listed" "$WORK/found" | head -n 1 | tr -cd '[:print:]')"
[ -z "$(find . -type l)" ] || fail 'a link is here where a file belongs'
echo "ok  every file is the one in the manifest: $(grep -c . "$WORK/sums") files"

# 2  The checkpoint is signed with the key: Ed25519 over the text before the blank line (C2SP signed-note, RFC 8410).
[ "$(sed -n 1p log/checkpoint)" = "$(echo "$KEY" | cut -d+ -f1)" ] || fail 'log/checkpoint is of another ledger than the key'
der "$KEY" > "$WORK/key.der"
by_key() {
  SIGNED=no
  sed '/^$/,$d' "$1" > "$WORK/text"
  sed -n 's/^— [^ ]* //p' "$1" > "$WORK/signatures"
  while read -r LINE; do
    echo "$LINE" | base64 -d > "$WORK/signature"
    [ "$(head -c 4 "$WORK/signature" | hex)" = "$(id_of "$KEY")" ] || continue
    tail -c +5 "$WORK/signature" > "$WORK/ed25519"
    signed "$WORK/key.der" "$WORK/ed25519" "$WORK/text" && SIGNED=yes
  done < "$WORK/signatures"
  [ "$SIGNED" = yes ]
}
by_key log/checkpoint || fail 'log/checkpoint is not signed with this key'
echo "ok  the checkpoint over $(sed -n 2p log/checkpoint) records is signed with the key that you gave"

# 3  The record that seals the report is in the signed tree (RFC 9162, section 2.1.3.2).
INDEX=$(sed -n 's/^index //p' log/seal.tlog-proof)
SIZE=$(sed -n 2p log/checkpoint)
for NUMBER in "$INDEX" "$SIZE"; do
  case $NUMBER in '' | 0?* | *[!0-9]* | ????????????????*) fail 'log/seal.tlog-proof is no proof' ;; esac
done
[ "$INDEX" -lt "$SIZE" ] || fail 'the record that seals the report is beyond the signed tree'
sed -n "$((INDEX + 1))p" log/records.jsonl | sed 's/.*"leaf":"//; s/"}$//' | base64 -d > "$WORK/leaf"
{ printf '\000'; cat "$WORK/leaf"; } | openssl dgst -sha256 -binary > "$WORK/r"
FN=$INDEX
SN=$((SIZE - 1))
sed -n '/^index /,/^$/p' log/seal.tlog-proof | sed '1d;/^$/d' > "$WORK/hashes"
while read -r HASH; do
  [ "$SN" -gt 0 ] || fail 'the proof of the seal is too long'
  echo "$HASH" | base64 -d > "$WORK/p"
  if [ $((FN % 2)) = 1 ] || [ "$FN" = "$SN" ]; then
    { printf '\001'; cat "$WORK/p" "$WORK/r"; } | openssl dgst -sha256 -binary > "$WORK/n"
    while [ $((FN % 2)) = 0 ] && [ "$FN" -gt 0 ]; do FN=$((FN / 2)); SN=$((SN / 2)); done
  else
    { printf '\001'; cat "$WORK/r" "$WORK/p"; } | openssl dgst -sha256 -binary > "$WORK/n"
  fi
  mv "$WORK/n" "$WORK/r"
  FN=$((FN / 2))
  SN=$((SN / 2))
done < "$WORK/hashes"
[ "$SN" = 0 ] && [ "$(base64 < "$WORK/r")" = "$(sed -n 3p log/checkpoint)" ] || fail 'the proof of the seal does not lead to the signed root'
echo 'ok  the record that seals the report is in the signed tree'

# 4  What that record seals is this manifest.
#    Canonical JSON has one order: the type is the last name but one, and the detail follows the actor.
grep -q '"type":"report.sealed","v":1}$' "$WORK/leaf" || fail 'the record is no seal of a report'
SEALED="sha256:$(sha256sum manifest.json | cut -d' ' -f1)"
grep -q "^{\"actor\":\"[^\"]*\",\"detail\":{[^{}]*\"manifest\":\"$SEALED\"" "$WORK/leaf" || fail 'the record seals another manifest'
echo 'ok  the manifest is the one that was sealed'

# 5  The ledger goes on from the checkpoint of the report before it (RFC 9162, section 2.1.4.2): hold that against log/checkpoint of its bundle.
parent() { { printf '\001'; cat "$1" "$2"; } | openssl dgst -sha256 -binary > "$WORK/n"; }
if [ -e log/prev-checkpoint ]; then
  BEFORE=$(sed -n 2p log/prev-checkpoint)
  case $BEFORE in '' | 0* | *[!0-9]* | ????????????????*) fail 'log/prev-checkpoint is no checkpoint' ;; esac
  [ "$BEFORE" -le "$SIZE" ] || fail 'the ledger became shorter than log/prev-checkpoint'
  FN=$((BEFORE - 1))
  SN=$((SIZE - 1))
  [ "$BEFORE" != "$SIZE" ] || SN=0
  while [ $((FN % 2)) = 1 ]; do FN=$((FN / 2)); SN=$((SN / 2)); done
  cp log/consistency.txt "$WORK/hashes"
  # A power of two is a perfect subtree, and the same tree is itself: the root is left out of the proof.
  if [ "$FN" = 0 ] || [ "$BEFORE" = "$SIZE" ]; then { sed -n 3p log/prev-checkpoint; cat log/consistency.txt; } > "$WORK/hashes"; fi
  head -n 1 "$WORK/hashes" | base64 -d > "$WORK/old"
  cp "$WORK/old" "$WORK/new"
  sed 1d "$WORK/hashes" > "$WORK/rest"
  while read -r HASH; do
    [ "$SN" -gt 0 ] || fail 'log/consistency.txt is too long'
    echo "$HASH" | base64 -d > "$WORK/p"
    if [ $((FN % 2)) = 1 ] || [ "$FN" = "$SN" ]; then
      parent "$WORK/p" "$WORK/old"; mv "$WORK/n" "$WORK/old"
      parent "$WORK/p" "$WORK/new"; mv "$WORK/n" "$WORK/new"
      while [ $((FN % 2)) = 0 ] && [ "$FN" -gt 0 ]; do FN=$((FN / 2)); SN=$((SN / 2)); done
    else
      parent "$WORK/new" "$WORK/p"; mv "$WORK/n" "$WORK/new"
    fi
    FN=$((FN / 2))
    SN=$((SN / 2))
  done < "$WORK/rest"
  [ "$SN" = 0 ] && [ "$(base64 < "$WORK/old")" = "$(sed -n 3p log/prev-checkpoint)" ] && [ "$(base64 < "$WORK/new")" = "$(sed -n 3p log/checkpoint)" ] ||
    fail 'the ledger does not go on from log/prev-checkpoint'
  if by_key log/prev-checkpoint; then BY='signed with the key that you gave'; else BY='NOT CHECKED by whom it is signed'; fi
  echo "ok  the ledger goes on from the checkpoint of the report before, over $BEFORE records, $BY"
fi

# 6  Every time stamp (RFC 3161) is signed under the root given, by certificates that were valid then, over the checkpoint beside it.
if [ -n "$CA" ]; then
  ls anchors/*.tsr > "$WORK/stamps" 2> /dev/null || fail 'there is no time stamp to be verified'
  while read -r TSR; do
    TIME=$(openssl ts -reply -in "$TSR" -text 2> /dev/null | sed -n 's/^Time stamp: //p')
    DATA=${'$'}{TSR%.tsr}.checkpoint
    WHAT=
    # What lies in the meta-log is stamped with that: the checkpoint at the end of the proof.
    [ ! -f "${'$'}{TSR%.tsr}.meta" ] || { sed '1,/^$/d' "${'$'}{TSR%.tsr}.meta" > "$WORK/meta"; DATA=$WORK/meta; WHAT=' of the meta-log'; }
    openssl ts -verify -data "$DATA" -in "$TSR" -CAfile "$CA" -attime "$(date -u -d "$TIME" +%s)" > /dev/null 2>&1 || fail "$TSR is not signed under this root, or not over its checkpoint"
    echo "ok  the checkpoint$WHAT over $(sed -n 2p "$DATA") records existed at $TIME, says the authority"
  done < "$WORK/stamps"
fi

# 7  Each witness given has cosigned a checkpoint of this ledger: Ed25519 over a head line, the time and the text (C2SP tlog-cosignature).
for WITNESS; do
  NAME=$(echo "$WITNESS" | cut -d+ -f1)
  der "$WITNESS" > "$WORK/witness.der"
  COSIGNED=no
  ls anchors/*.checkpoint > "$WORK/heads" 2> /dev/null || true
  while read -r HEAD; do
    [ "$(sed -n 1p "$HEAD")" = "$(sed -n 1p log/checkpoint)" ] || continue
    sed '/^$/,$d' "$HEAD" > "$WORK/text"
    grep '^— ' "$HEAD" > "$WORK/signatures" || continue
    while read -r _ WHO LINE; do
      [ "$WHO" = "$NAME" ] || continue
      echo "$LINE" | base64 -d > "$WORK/signature"
      [ "$(head -c 4 "$WORK/signature" | hex)" = "$(id_of "$WITNESS")" ] || continue
      TIME=$((0x$(head -c 12 "$WORK/signature" | tail -c 8 | hex)))
      { printf 'cosignature/v1\ntime %s\n' "$TIME"; cat "$WORK/text"; } > "$WORK/message"
      tail -c +13 "$WORK/signature" > "$WORK/ed25519"
      signed "$WORK/witness.der" "$WORK/ed25519" "$WORK/message" || fail "$HEAD was changed: the cosignature of $NAME does not fit it"
      COSIGNED=yes
      echo "ok  $NAME cosigned the checkpoint over $(sed -n 2p "$HEAD") records at $(date -u -d "@$TIME" +%Y-%m-%dT%H:%M:%SZ)"
    done < "$WORK/signatures"
  done < "$WORK/heads"
  [ "$COSIGNED" = yes ] || fail "$NAME has cosigned no checkpoint of this ledger that came along"
done
echo
echo 'VERIFIED: the files are those that were sealed under this key.'
echo 'Not checked here: the other records of the ledger, whether any personal data was left out, the verdicts, the tables, what else was sealed over this period, that anchored checkpoints are the beginning of this one, and that the meta-log holds them; node verify.mjs does, and README.txt says how to do it by hand.'
`;

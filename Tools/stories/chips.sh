# shellcheck shell=bash disable=SC2154,SC2034  # Tools/demo reads this in, and has what it uses.
# The story of the chips: files of a passport's chip are judged, and officers say whom the platform believes.

# judge FILES WHAT-THEY-ARE WANTED STATUS QUESTION...: shows the answers to some of the questions
judge() {
  local got=0 questions
  questions=$(IFS='|'; echo "${*:5}")
  echo
  line hotel "$2"
  bin/passgate verify chip --profile profiles/mobile.json5 --claim passport/claim.json --files "$1" \
    >"$log.all" 2>/dev/null || got=$?
  grep -E "^[A-Z]{6}|^  ($questions) |signed by" "$log.all" >"$log" || true
  told "$3" "$4" "$got"
}

# trust OFFICER WANTED STATUS VERB...: what an officer does about whom the platform believes
trust() {
  local got=0
  echo
  line officer "passgate trust $4 ${5:0:16}..."
  bin/passgate trust "${@:4}" --profile "profiles/$1.json5" >"$log" 2>/dev/null || got=$?
  told "$2" "$3" "$got"
}

# flip FILE OLD NEW: changes text in a chip's file, as a forger would
flip() { LC_ALL=C sed -i "s/$2/$3/" "$1"; }

bin/passgate-lab chip write passport --document chinese-passport --seed 1 >"$log"
bin/passgate-lab generate --count 2 --seed 1 --out passport.csv >"$log" 2>&1
bin/passgate registry import passport.csv --profile profiles/operator.json5 >"$log" 2>&1
secrets=("$(sed 's/.*"number":"\([^"]*\)".*/\1/' passport/claim.json)" "$(sed 's/.*"name":"\([^"]*\)".*/\1/' passport/claim.json)")

cat <<END2

${bold}A passport's chip holds data that its issuer has signed. Passgate says what the signature is worth.${plain}
Many questions, and an answer to each: are the data unchanged, who signed them, do we know that
issuer, is it the chip itself or a copy? The passport is invented, its keys are made for this story.
END2

chapter 'Nobody is believed by default' \
  'A hotel has read the chip of a guest and sends its files. The signature holds, but whose is it?'
judge passport 'the files of the chip, and what the guest has stated' UNDETERMINED 3 chip signature issuer claim

chapter 'Two officers decide whom to believe' \
  'One proposes the Country Signing CA. Alone it changes nothing, and nobody confirms an act of' \
  'their own. The other reads what would change, and puts it in force.'
echo
line officer 'passgate trust import passport/trust/csca.cer --source dev-csca'
bin/passgate trust import passport/trust/csca.cer --source dev-csca --json --profile profiles/operator.json5 >"$log" 2>/dev/null ||
  fail 'the issuer could not be proposed'
digest=$(grep -o '"digest":"[0-9a-f]*"' "$log" | head -n 1 | cut -d '"' -f 4)
line platform "proposed, under the digest ${digest:0:16}...; nothing has changed"
trust operator 'REFUSED  SECOND_OFFICER' 1 activate "$digest" --yes
echo
line officer 'passgate trust diff'
bin/passgate trust diff --profile profiles/second-operator.json5 >"$log" 2>/dev/null || fail 'the change could not be read'
grep '^  +' "$log" | fold -s -w 85 | sed 's/^ */                /'
trust second-operator 'dev-csca: in force' 0 activate "$digest" --yes

chapter 'Now the same files say more' \
  'Files alone never prove that the chip is no copy: for that the platform has to talk to the chip,' \
  "by 'passgate chip read' and a reader."
judge passport 'the same files again' CONSISTENT 0 chip signature issuer claim record

chapter 'What a forger may try' \
  'First another name in the data that the issuer signed; then data of its own, signed by an issuer' \
  'that calls itself by the same name.'
cp -r passport forged
flip forged/DG1 'LIN<<FENG' 'LIU<<FENG'
judge forged 'one letter of the name is another' INCONSISTENT 1 signature issuer DG1
bin/passgate-lab chip write false --document chinese-passport --seed 1 >"$log"
judge false 'the same data, signed by a namesake of the issuer' UNDETERMINED 3 signature issuer

chapter 'And no person is on record' \
  'Evidence keeps the signed headers and the verdict. Names, numbers and files of chips stay nowhere.'
for secret in "${secrets[@]}"; do
  if grep -rqF -- "$secret" data ./*.log; then fail "personal data lies open in $sandbox"; fi
done
printf '\n   %s\n' 'None of the name and number above is anywhere in the files and logs of the platform: searched.'

try=(
  'passgate verify chip --profile profiles/mobile.json5 --claim passport/claim.json --files passport --json'
  'passgate trust list --profile profiles/operator.json5 --certificates'
  'passgate-lab chip simulate --list                                        (documents and faults of the software chip)'
)

# shellcheck shell=bash disable=SC2154,SC2034  # Tools/demo reads this in, and has what it uses.
# The story of the checks: a hotel and an airline ask, and forgers are refused.

# claim FILE TYPE NUMBER NAME BIRTH-DATE
claim() {
  echo "{ documentType: \"$2\", number: \"$3\", name: \"$4\", birthDate: \"$5\" }" >"claims/$1.json"
  shown[$1]="$2 $3, $4, born $5"
  secrets+=("$3" "$4")
}

# ask WHO PROFILE CLAIM WANTED STATUS [OPTION]...
ask() {
  local got=0
  echo
  line "$1" "${shown[$3]}${6:+   (${*:6})}"
  bin/passgate verify identity --profile "profiles/$2.json5" --claim "claims/$3.json" "${@:6}" >"$log" 2>&1 || got=$?
  told "$4" "$5" "$got"
}

# provision STATE
provision() {
  cat >hotel.json5 <<END
{ tenants: [{
  id: "hotel", name: "Harbour Hotel", mode: "mobile-certificate", scenes: ["lodging"], state: "$1",
  keys: [{ certificate: "keys/hotel.crt.pem" }],
}] }
END
  local got=0
  echo
  line officer "signs that the hotel is to be: $1"
  bin/passgate operator provision --profile profiles/operator.json5 hotel.json5 >"$log" 2>/dev/null || got=$?
  told recorded 0 "$got"
}

mkdir claims
declare -A shown
secrets=()
claim guest permit H1234567802 陳美玲 1985-03-14
claim wrong-name permit H1234567802 陳美琳 1985-03-14
claim nobody permit H9999999901 陳美玲 1985-03-14
claim passenger passport E20000021 罗梅 1973-03-30
claim traveller passport EJ1234567 'HUANG ZHIQIANG' 1979-11-02

cat <<END

${bold}Passgate answers one question: does what you hold about a document's holder agree with the record?${plain}
Who may ask is settled by agreement, and every message proves who sent it: each request is signed
by the organisation that asks, each reply by the platform, refusals too. The persons are invented.
END

chapter 'A hotel asks with its mobile certificate' \
  'A small organisation holds one certificate. Its key opens the connection and signs each request.'
ask hotel mobile guest CONSISTENT 0
ask hotel mobile wrong-name INCONSISTENT 1
ask hotel mobile nobody INCONSISTENT 1
printf '\n   %s\n' 'What is wrong is not told, and a number that nobody holds reads the same: nobody can fish here.'

chapter 'An airline asks through its signing server' \
  'A large organisation has many applications, and none of them holds a key: they send the header' \
  'of a request, which names no passenger, to their own signing server and get its signature.'
ask airline signing traveller CONSISTENT 0
ask airline signing passenger UNDETERMINED 3
printf '\n   %s\n' "With China's own algorithms, SM2 and SM3, both ways (see the other reply key):"
ask airline signing-sm2 traveller CONSISTENT 0

chapter 'Not everything may be asked, nor by everybody' \
  "First for a purpose that is not in the hotel's agreement, then in the airline's name with the" \
  "hotel's key."
ask hotel mobile guest 'REFUSED  SCENE_NOT_AGREED' 1 --scene finance
sed 's/tenant: "hotel"/tenant: "airline"/' profiles/mobile.json5 >profiles/impostor.json5
ask impostor impostor guest 'REFUSED  NOT_AUTHENTIC' 1
rm profiles/impostor.json5

chapter 'Nothing can be changed on the way' \
  'Good requests are changed behind their signature, one thing at a time, and repeated; then good' \
  'replies are changed, which the client notices. Some of the cases:'
echo
bin/passgate-lab tamper --profile profiles/mobile.json5 >"$log" 2>&1 || { cat "$log" >&2; fail 'a change was not noticed'; }
grep -E 'one bit of the body|another business scene|sent it|turned the verdict|passed it off' "$log" |
  sed 's/^ *ok *//; s/ (.*verified)/, signed and verified/; s/the reply is not authentic/refused/' |
  awk -F '   *' '{ printf "   %-46s  %s\n", $1, $2 }'
printf '\n   %s\n' "$(tail -n 1 "$log")"

chapter 'The platform can suspend at once' \
  'The hotel did not mend what it had been told to (Article 13). An officer signs the act; the' \
  'signature goes into a ledger, and the very next request is refused.'
provision suspended
ask hotel mobile guest 'REFUSED  TENANT_SUSPENDED' 1
provision open
ask hotel mobile guest CONSISTENT 0

chapter 'Everything is on record, and no person is' \
  'Before a reply leaves, the signed headers and the verdict are on disk. Read back by the officer:'
echo
bin/passgate evidence list --profile profiles/operator.json5 >"$log" 2>/dev/null || fail 'there is no evidence'
# Runs of equal entries, which the changed requests made, are one line.
awk -F '  ' '
  function show() { if (times) printf "   %s  %-12s %-10s %-28s %s%s\n", time, tenant, scene, method, answer, (times > 1 ? " x " times : "") }
  { sub("passgate.v1.", "", $5); sub("NONE", "done", $6); key = $3 $4 $5 $6 }
  key == last { times++; next }
  { show(); time = substr($2, 12, 8); tenant = $3; scene = $4; method = $5; answer = $6; times = 1; last = key }
  END { show() }' "$log"
for secret in "${secrets[@]}"; do
  if grep -rqF -- "$secret" data ./*.log; then fail "personal data lies open in $sandbox"; fi
done
printf '\n   %s\n' 'None of the names and numbers above is anywhere in the files and logs of the platform: searched.'


try=(
  'passgate verify identity --profile profiles/mobile.json5 --claim claims/guest.json --json'
  'passgate verify identity --profile profiles/signing.json5                (asks you for a claim)'
  'passgate operator tenants --profile profiles/operator.json5'
  'passgate-lab tamper --profile profiles/signing.json5                     (every alteration there is)'
)

# shellcheck shell=bash disable=SC2154,SC2034  # Tools/demo reads this in, and has what it uses.
# The story of the law: an organisation comes in, misbehaves, is suspended, comes back, and is terminated.

# act WHO SAYS WANTED STATUS COMMAND...: somebody does something with `passgate`, and the platform answers.
act() {
  local who=$1 says=$2 wanted=$3 status=$4 profile=profiles/$1.json5 got=0
  shift 4
  [ "$who" != inn ] || profile=inn/$case.json5
  echo
  line "$who" "$says"
  bin/passgate "$@" --profile "$profile" >"$log" 2>"$scratch/notes" || got=$?
  [ "$got" -lt 2 ] || cat "$scratch/notes" >&2
  # What comes before is for reading at leisure: an agreement, reasons.
  grep -q "^$wanted" "$log" && sed -i "/^$wanted/,\$!d" "$log"
  told "$wanted" "$status" "$got"
}

# check DEPLOYMENT WANTED STATUS
check() {
  local got=0
  echo
  line inn "asks about a guest in the $1 deployment"
  bin/passgate verify identity --profile "inn/$1.json5" --claim inn/guest.json >"$log" 2>&1 || got=$?
  told "$2" "$3" "$got"
}

# certificate DEPLOYMENT: the inn makes a key, the authority issues its certificate, the key officer registers it
certificate() {
  act inn "asks for a certificate for the $1 deployment; the key never leaves the inn" recorded 0 \
    certificate request --key "inn/$1.key.pem" --new-key --deployment "$1"
  bin/passgate operator certificate csr inn --out "inn-$1.csr" --profile profiles/key-officer.json5 >/dev/null 2>&1
  bin/passgate-pki issue --directory pki --purpose tenant-mobile --tenant inn --name inn \
    --csr "inn-$1.csr" --out "keys/inn-$1" >/dev/null
  act key-officer 'has it issued by the offline authority and registers it' recorded 0 \
    operator certificate register inn --certificate "keys/inn-$1.crt.pem"
  bin/passgate certificate fetch --out "inn/$1.crt.pem" --profile inn/case.json5 >/dev/null 2>&1
}

# profile NAME DEPLOYMENT SIGNING [LINE]
profile() {
  local officer=profiles/legal.json5
  [ "$2" = production ] || officer=profiles/mobile.json5
  cat >"inn/$1.json5" <<END
{
  $(grep -o 'server: "[^"]*"' $officer), serverName: "localhost", deployment: "$2", tenant: "inn",
  trust: "../pki/root.crt.pem", algorithm: "ecdsa-p256-sha256", scene: "lodging", ${4:-}
  signing: { key: "$3.key.pem" },
}
END
}

# number ACT: the number of the last event that the answer named
number() { sed -n 's/^recorded as event \([0-9]*\).*/\1/p' "$log"; }

mkdir inn
case=case
profile case production applicant
for deployment in sandbox production; do
  profile "$deployment" "$deployment" "$deployment" \
    "tls: { certificate: \"$deployment.crt.pem\", key: \"$deployment.key.pem\" },"
done
echo '{ documentType: "permit", number: "H1234567802", name: "陳美玲", birthDate: "1985-03-14" }' >inn/guest.json
bin/passgate registry import "$repository/Tests/Specimens/registry.csv" --profile profiles/registrar.json5 \
  >"$log" 2>&1 || { cat "$log" >&2; fail 'no registry'; }

cat <<END

${bold}Who may ask is settled by law: the Measures on exit-entry document identity authentication (2019).${plain}
An inn that must check its guests comes in, step by step; none can be skipped. Each step is signed by
who takes it and by the platform, cites its article, and is seen by both sides. All names are invented.
END

chapter 'The inn applies (art.5 to 7)' \
  'It has this software and a key of its own. First it is told all that is missing, then it applies.'
bin/passgate apply --template inn/dossier --profile inn/case.json5 >/dev/null 2>&1
echo
line inn 'begins with the empty dossier'
bin/passgate apply --dossier inn/dossier --check --profile inn/case.json5 >"$log" 2>&1 && fail 'an empty dossier passed'
sed 's/^passgate: inn.dossier.dossier.json5: //' "$log" | head -n 3 | sed 's/^/                /'
echo "                ... and $(($(wc -l <"$log") - 3)) more"
sed -i 's/name: ""/name: "Lantern Inn"/; s/creditCode: ""/creditCode: "91350100M000100Y43"/; s/scene: ""/scene: "lodging"/
  s/legalBasis: ""/legalBasis: "旅馆业治安管理办法 (rules on the security of hotels), art.6"/
  s/expiresOn: ""/expiresOn: "2099-12-31"/' inn/dossier/dossier.json5
for document in form licence lawfulness rights security; do
  printf '%%PDF-1.4\n%% the %s of the Lantern Inn\n' $document >inn/dossier/$document.pdf
done
act inn 'fills it in, adds five documents, makes its key, and applies' recorded 0 apply --dossier inn/dossier --new-key
act reviewer 'misses a page' recorded 0 operator review inn --supplement --reason 'The form has no signature.'
printf '%% signed\n' >>inn/dossier/form.pdf
act inn 'adds it' recorded 0 supplement --dossier inn/dossier
bin/passgate operator review inn --template findings.json5 --profile profiles/reviewer.json5 >/dev/null 2>&1
sed -i 's/evidence: ""/evidence: "findings.json5"/; s/reviewBy: ""/reviewBy: "2099-01-04"/' findings.json5
act reviewer 'finds the five conditions of art.5 to be met' recorded 0 operator review inn --pass findings.json5

chapter 'How it connects, and debugging (art.7(3), art.8)' \
  'The platform decides between mobile certificate and signing server, from the volume.'
act reviewer 'decides on a mobile certificate: 1000 checks a day are below what needs a server' recorded 0 operator assess inn --suggest --accept
certificate sandbox
check sandbox CONSISTENT 0
echo
line inn 'runs the conformance suite in the sandbox: good and bad requests, right and wrong replies'
bin/passgate conformance --profile inn/sandbox.json5 >"$log" 2>"$scratch/notes" ||
  { cat "$log" "$scratch/notes" >&2; fail 'the conformance run did not pass'; }
answers=$((answers + 1))
grep -E ' [0-9]+ of [0-9]+' "$log" | sed 's/^/                /'

chapter 'The agreement, and the opening (art.7(4), (5), art.9)' \
  'The text is made from the terms, with the five clauses of art.9; both sign its digest.'
act legal 'drafts the agreement' recorded 0 operator agreement draft inn
digest=$(bin/passgate agreement show --json --profile inn/case.json5 | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p' | head -n 1)
act inn 'reads it and signs' recorded 0 agreement sign --digest "$digest"
act legal 'signs for the platform' recorded 0 operator agreement countersign inn
certificate production
check production 'REFUSED  TENANT_NOT_OPEN' 1
act legal 'opens the service' recorded 0 operator open inn
check production CONSISTENT 0

chapter 'A notice, and a suspension (art.12, art.13)' \
  'A notice gives ten days from its receipt. Use beyond the agreement is suspended at once.'
act reviewer 'sends a notice: the rules on security are not followed' recorded 0 \
  operator notice inn --clause '12(1)' --text <(echo 'Two clerks share one password.')
notice=$(number)
act inn 'signs the receipt: now the ten days run' recorded 0 notice acknowledge "$notice"
act inn 'says what it has corrected' recorded 0 notice feedback "$notice" --text <(echo 'Each has a password of its own.')
act reviewer 'has looked, and closes the matter' recorded 0 \
  operator verify inn "$notice" --accept --text <(echo 'Seen on the spot.')
act legal 'suspends: its checks served a car hire, too' recorded 0 \
  operator suspend inn --clause '13(3)' --text <(echo 'Checks for a car hire next door.')
suspension=$(number)
check production 'REFUSED  TENANT_SUSPENDED' 1
act inn 'signs the receipt: thirty days' recorded 0 notice acknowledge "$suspension"
act inn 'has ended it' recorded 0 notice feedback "$suspension" --text <(echo 'The car hire has no access any more.')
act legal 'cannot reopen before that was verified' 'REFUSED  STEP_MISSING' 1 \
  operator reopen inn --text <(echo 'They asked nicely.')
act reviewer 'verifies' recorded 0 operator verify inn "$suspension" --accept --text <(echo 'Access was taken away.')
act legal 'reopens' recorded 0 operator reopen inn --text <(echo 'Corrected in time and verified.')
check production CONSISTENT 0

chapter 'A termination takes two (art.14)' \
  'The inn has sold its access. One officer proposes, another confirms; it is final.'
act legal 'proposes to terminate' recorded 0 operator terminate inn --clause '14(4)' --text <(echo 'Access was sold.')
proposal=$(number)
act legal 'cannot confirm this alone' 'REFUSED  SECOND_OFFICER' 1 operator confirm inn "$proposal"
act legal-2 'confirms' recorded 0 operator confirm inn "$proposal"
check production 'REFUSED  TENANT_TERMINATED' 1
sed 's/tenant: "inn"/tenant: "inn-2"/; s/applicant.key/second.key/' inn/case.json5 >inn/second.json5
case=second
act inn 'applies again, under another id and with another key' recorded 0 apply --dossier inn/dossier --new-key
case=case
bin/passgate operator explain inn-2 --profile profiles/reviewer.json5 >"$log" 2>/dev/null || fail 'no story'
grep -q '^  inn: terminated' "$log" || fail 'the reviewer is not told of the other case'
echo
line reviewer 'is told, by the credit code, that this organisation was terminated before'

chapter 'The whole story, for both sides and for a court (art.15)' \
  'Folded from the signed events, each verified:'
echo
bin/passgate operator explain inn --profile profiles/supervisor.json5 >"$log" 2>/dev/null || fail 'no story'
sed -n '/^WHAT HAPPENED/,/^$/p' "$log" | sed '1d; s/^/ /'
line supervisor 'exports the case as one file; anybody verifies it with the root certificate alone'
bin/passgate evidence export --case inn --out inn.pack --profile profiles/supervisor.json5 >"$log" 2>&1 ||
  { cat "$log" >&2; fail 'no pack'; }
bin/passgate evidence verify inn.pack --trust pki/root.crt.pem >"$log" 2>&1 || { cat "$log" >&2; fail 'the pack does not verify'; }
sed 's/^/                /' "$log"

try=(
  'passgate status --profile inn/case.json5                      (what the inn sees)'
  'passgate operator explain inn --profile profiles/legal.json5  (what an officer sees)'
  'passgate operator rehearse --until 2027-06-30 --profile profiles/legal.json5'
  'passgate operator cases --profile profiles/reviewer.json5'
)

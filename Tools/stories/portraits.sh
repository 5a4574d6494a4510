# shellcheck shell=bash disable=SC2154,SC2034  # Tools/demo reads this in, and has what it uses.
# The story of the portraits: is the person at the desk the holder of the document? Photographs of two public men, in the
# public domain, stand in for people at a desk.

photographs=$(cd -P models && pwd)/photographs

# --- what the camera at the desk sees ---

# shot NAME PHOTOGRAPH [COMMAND]...: makes pictures/NAME.jpg of a photograph, through a command of Netpbm
shot() {
  local name=$1 photograph=$photographs/$2.jpg
  shift 2
  jpegtopnm -quiet "$photograph" | pamscale -quiet -xyfit 640 640 | "${@:-cat}" 2>/dev/null |
    pnmtojpeg -quiet -quality "${quality:-90}" >"pictures/$name.jpg"
}

other_side() { pamflip -leftright | pamcut -left 30 -top 30 -width 430 -height 500; }

# claim FILE NUMBER NAME
claim() {
  echo "{ documentType: \"permit\", number: \"$2\", name: \"$3\", birthDate: \"1985-03-14\" }" >"claims/$1.json"
  secrets+=("$2" "$3")
}

# --- asking ---

# shown STATUS WANTED GOT: the answer in $log.all, without its Chinese
shown() {
  grep -E '^[A-Z]{6}|attack check|signed by' "$log.all" >"$log" || cat "$log.all" "$log.errors" >"$log"
  told "$2" "$1" "$3"
}

# ask PICTURE CLAIM SHOWN WANTED STATUS [OPTION]...
ask() {
  local got=0
  echo
  line hotel "$3"
  bin/passgate verify portrait --profile profiles/mobile.json5 --image "pictures/$1.jpg" --claim "claims/$2.json" \
    "${@:6}" >"$log.all" 2>"$log.errors" || got=$?
  shown "$5" "$4" "$got"
}

# challenge PICTURE FRAMES SHOWN WANTED STATUS: frames are laid down when the platform has said to which side to turn
challenge() {
  local got=0 side pid
  echo
  line hotel "$3"
  rm -rf turn enter
  mkfifo enter
  # What the one before it said is not what this one will say.
  : >"$log.errors"
  bin/passgate verify portrait --profile profiles/mobile.json5 --image "pictures/$1.jpg" --claim claims/guest.json \
    --challenge --frames turn <enter >"$log.all" 2>"$log.errors" &
  pid=$!
  exec 5>enter
  until grep -q 'Press Enter' "$log.errors"; do
    kill -0 "$pid" 2>/dev/null || { cat "$log.all" "$log.errors" >&2; fail 'no capture was begun'; }
    sleep 0.02
  done
  side=$(sed -n 's/.*THEIR OWN \([A-Z]*\):.*/\1/p' "$log.errors")
  line platform "turn the head to your own $side"
  mkdir turn
  "$2" "$side"
  echo >&5
  exec 5>&-
  wait "$pid" || got=$?
  shown "$5" "$4" "$got"
}

# turning SIDE: three photographs of the man from three sides, mirrored where they are of the other side
turning() {
  # Bytes that were not sent yet, as those of a camera always are.
  local quality=85 ahead=cat aside='pamflip -leftright'
  if [ "$1" = RIGHT ]; then ahead=$aside aside=cat; fi
  # shellcheck disable=SC2086  # A command and its option.
  { shot ../turn/1 obama $ahead; shot ../turn/2 obama_partial_face $aside; shot ../turn/3 obama2 $aside; }
}

# moving SIDE: one photograph that is moved before the camera
moving() {
  local number
  for number in 1 2 3; do shot "../turn/$number" obama pamscale "0.$((10 - number))"; done
}

mkdir claims pictures
secrets=()
claim guest H5550000101 陳志遠
claim other-name H5550000101 陳志達
claim unknown H5550009901 陳志遠
claim no-portrait H5550000202 李國強
# No picture may be sent twice for a document: each is of another photograph, or from another side.
shot guest obama
shot another-man biden
shot guest-nearer obama_partial_face
shot stranger obama_partial_face2
shot somebody biden pamflip -leftright
shot dark obama ppmdim 0.1
shot blurred obama pnmsmooth -width=15 -height=15
ppmmake gray 640 480 | pnmtojpeg -quiet >pictures/wall.jpg
cp "$photographs/obama2.jpg" pictures/document.jpg
shot at-a-photograph obama_partial_face2 pamflip -leftright
shot at-the-desk obama pamcut -left 20 -top 60 -width 440 -height 480
shot desk-camera obama other_side
shot afterwards obama pamcut -left 60 -top 40 -width 400 -height 440

cat <<END2

${bold}Is the person at the desk the holder of the document? Passgate compares faces, and says what a match is worth.${plain}
Name, number, birth date and face are one question, and it has one answer. Names and numbers are invented; the
faces are those of two public men, on photographs of their government that belong to everybody. They are compared
by a calibration of nobody, which is good for this story alone.
END2

chapter "A registrar puts a document's portrait on record" \
  'The picture is looked at once, in a locked process of a program that can reach neither network nor files, and kept' \
  'encrypted. Of a second document there is no portrait.'
cat >documents.csv <<END2
documentType,number,hanName,latinName,formerNames,birthDate,sex,expiry,previousNumbers,portrait
permit,H5550000101,陳志遠,"CHAN, CHI YUEN",,1985-03-14,M,2031-06-30,,pictures/document.jpg
permit,H5550000202,李國強,"LI, KWOK KEUNG",,1985-03-14,M,2031-06-30,,
END2
echo
line registrar 'passgate registry import documents.csv'
bin/passgate registry import documents.csv --profile profiles/operator.json5 >"$log.all" 2>"$log.errors" ||
  { cat "$log.all" "$log.errors" >&2; fail 'the documents were not imported'; }
line platform "$(head -n 1 "$log.all")"

chapter 'A person at the desk' \
  'The same man on a photograph of another day; another man with his document; the right face and a wrong name;' \
  'a number that nobody holds.'
ask guest guest 'the guest' CONSISTENT 0
ask another-man guest 'another man, with the document of the guest' INCONSISTENT 1
ask guest-nearer other-name 'the guest, and one character of the name is another' INCONSISTENT 1
ask stranger unknown 'a number that is not on record' INCONSISTENT 1
printf '\n   %s\n' 'The three read the same, and take the same time: nobody learns who is on record.'

chapter 'A picture that cannot be judged' \
  'It is never a low score: the answer says what to do, whatever is on record.'
ask dark guest 'too little light' 'UNDETERMINED  the face is too dark' 3
ask blurred guest 'the camera was not in focus' 'UNDETERMINED  the picture is blurred' 3
ask wall guest 'the wall behind the guest' 'UNDETERMINED  no face' 3
ask somebody no-portrait 'a good picture, and a document without a portrait' 'UNDETERMINED  there is no portrait' 3

chapter 'A picture of a picture' \
  'Who has a picture of the holder may hold it before the camera. What was done about that is in every answer.'
ask guest guest 'the same picture once more' 'UNDETERMINED  this picture was sent before' 3
ask document guest "the document's own portrait, held before the camera" 'UNDETERMINED  this picture was sent before' 3
challenge at-a-photograph moving 'a photograph, moved before the camera while the head is to be turned' 'UNDETERMINED  the frames' 3
challenge at-the-desk turning 'somebody turns the head: three photographs from three sides, in this story' CONSISTENT 0
ask desk-camera guest "the hotel's capture device signs what it took" CONSISTENT 0 \
  --attest-key keys/hotel-desk.key.pem --attest-certificate keys/hotel-desk.crt.pem
printf '\n   %s\n' 'The three photographs show what a turn of the head is worth; a device that signs what it took is worth more.'

chapter 'The program that compares is ended' \
  'Its models are taken away, and it is killed. Everything else goes on; with its models it comes back by itself.'

# program: the pid of the platform's program that compares
program() {
  local platform child
  platform=$(awk '$2 == "passgated" { print $1 }' pids)
  while read -r child; do
    if grep -qx passgate-portra "/proc/$child/comm"; then echo "$child"; fi
  done < <(cat /proc/"$platform"/task/*/children | tr ' ' '\n')
}

# await EVENT COUNT: until the platform's log has it so often
await() {
  for _ in $(seq 200); do
    if [ "$(grep -c "\"event\":\"$1\"" passgated.log)" -ge "$2" ]; then return; fi
    sleep 0.05
  done
  fail "the platform did not log $1"
}

mv models models-away
kill -KILL "$(program)"
await portraits_unavailable 1
ask afterwards guest 'the guest again' 'REFUSED  PORTRAIT_UNAVAILABLE' 1
echo
line hotel 'the same document, by name, number and birth date alone'
got=0
bin/passgate verify identity --profile profiles/mobile.json5 --claim claims/guest.json >"$log" 2>/dev/null || got=$?
told CONSISTENT 0 "$got"
mv models-away models
await portraits_ready 2
ask afterwards guest 'the guest again' CONSISTENT 0

chapter 'And no face is on record but the one that a registrar put there' \
  'Evidence keeps the signed headers and the verdict. Pictures that were taken stay nowhere, nor what they were turned into.'
for secret in "${secrets[@]}"; do
  if grep -rqF -- "$secret" data ./*.log; then fail "personal data lies open in $sandbox"; fi
done
# A piece of each picture, from its middle.
for taken in pictures/*.jpg; do
  piece=$(od -An -v -tx1 -j 2000 -N 24 "$taken" | tr -d '\n' | sed 's/ /\\x/g')
  if LC_ALL=C grep -rqaP -- "$piece" data ./*.log; then fail "a picture lies open in $sandbox"; fi
done
printf '\n   %s\n' 'None of the names, numbers and pictures above is anywhere in the files and logs of the platform: searched.'

try=(
  'passgate verify portrait --profile profiles/mobile.json5 --claim claims/guest.json --image FILE     (your own pictures)'
  'passgate verify portrait --profile profiles/mobile.json5 --claim claims/guest.json --image FILE --challenge --frames FOLDER'
  'passgate-portrait calibrate --help                             (what it takes to mean what it says)'
)

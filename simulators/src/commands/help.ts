export const HELP = `Simulated shop: shoppers, devices and the ground truth to score against.

Usage: npm run simulate -- COMMAND OPTIONS

run [SCENARIO]          a simulated shop publishes to the store's broker, and writes what is true into a ledger. A scenario
                        (simulators/scenarios, docs/schemas/scenario.json) names the shop, its faults and the rest;
                        options come before what it says
  --access FILE         demo-access.json of a running system, or
  --mqtt URL --username NAME --password TEXT
  --score URL           afterwards: waits until the system at URL has caught up, compares it with the truth, and prints
                        the errors; with --token TEXT where there is no access file
  --agent URL --agent-secret TEXT   the agent's own pages, for its counters of tags (from the access file)
  --expect FILE         limits by figure (YAML; the scenario's): exits with 1 when one is missed
  --junit OUT --json OUT            what --score found, as a JUnit report, as JSON
  --ledger FILE         where the ground truth goes, one JSON object a line (default: none)
  --seed N              whole number; the same seed and start give the same ledger (1)
  --start TIME          event time of the first message, ISO 8601 or epoch ms (now)
  --minutes M           length in minutes of event time (10)
  --catch-up            with a --start in the past: as fast as it goes until now, then by the clock on the wall
  --endless             until SIGINT or SIGTERM; the ledger is continued, not replaced
  --speed S             event time / wall clock, or "max": as fast as messages are acknowledged (1)
  --noise on|off        off: exact positions and weights, unbroken ids (on)
  --shop FILE           store file (the demo shop)
  --behaviour FILE      how shoppers behave (SHOP.behaviour.yaml beside the store file, else
                        simulators/shops/behaviour.yaml)
  --devices LIST        families that publish, of camera,shelf,rfid,ble,till,screen (all)
  --faults WHAT         none, default (simulators/shops/faults.yaml), or a file (none)
  --cloud-proxy P=H:P   a port that leads to the cloud's, for an agent that goes through it: cut when the faults say so
  --cloud-cut COMMAND   run with "cut" and "mend" when the faults say so, instead of a proxy
  --drop DIR            tills write their files into DIR/{deviceId}/ instead of sending them
  --bluez FILE          what the agent's own radio hears, a line each, for the stand-in for BlueZ (simulators/bluez);
                        unix:PATH: a socket
  --cameras WHAT        what cameras that look send: frames (pictures), detections (boxes), or positions: another camera
                        then tells of everybody (frames in real time, positions otherwise)
  --camera-poses FILE   where those cameras hang (simulators/shops/cameras.yaml); a camera looks when its
                        calibration in the store file is of its pose
  --silence ID:FROM-TO  a device says nothing from FROM to TO minutes after the start; may be repeated
  --no-screens          leave the screens to real players

score                   holds the system's figures against a ledger; exits with 1 when one misses its target
  --access FILE         demo-access.json of the system, or --score URL --token TEXT
  --ledger FILE         as written by run (needed)
  --observed FILE       what the run saw of the system (LEDGER.observed, where the run wrote one)
  --expect FILE         limits by figure, instead of the fixed targets
  --json OUT            the rows as JSON
  --junit OUT           the rows as a JUnit report
  --timeout S           how long figures may take to settle, in seconds (120)

replay FILE             recorded walks (frame, person, x, y; ten frames are 0.4 s) as a camera's positions
  --device ID           the camera (cam-1)
  --offset X,Y          metres added to every position (0,0)
  --start TIME          event time of frame 0, ISO 8601 or epoch ms (now)
  --speed S             event time / wall clock, or "max" (1)
  --from S --to S       only this part of the recording, in seconds
  --access FILE         demo-access.json of a running system, or
  --mqtt URL --username NAME --password TEXT
  --positions OUT       write the payloads into a file, one a line, instead of publishing them

history                 loads a simulated past into the store of a running cloud that has measured nothing before its end
  --access FILE         demo-access.json of the system (needed)
  --from TIME --to TIME whole minutes, ISO 8601 or epoch ms (the four weeks until now)
  --seed N              the same seed gives the same past (1)
  --behaviour FILE      how shoppers behave (simulators/shops/behaviour.yaml)

render                  labelled pictures of random shops, for training and evaluating person detectors
  --out DIR             where they go (needed)
  --scenes WHAT         random: rooms with people put into them, four pictures a shop; shops: small shops in which
                        shoppers go about, sixteen (random)
  --seed N              the first shop's seed (1). From 1000000 on: for evaluation only
  --count N             pictures (100)
  --width W --height H  of the letterboxed pictures, in pixels (320 × 192)
  --format F            tensor: images.u8 and labels.jsonl; jpeg: numbered files to look at (tensor)

ledger FILE [SCENARIO]  only the ground truth, without a system: options of run but --access, --speed and --endless

Formats and targets: docs/simulators.md
`;

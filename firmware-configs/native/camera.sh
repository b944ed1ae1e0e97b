#!/bin/sh
# What a camera of the native dialect says; ids of people are examples.
set -eu
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

# Where everybody is, metres on the floor plan; two to ten times a second, also when nobody is there.
tell -t "$root/camera/positions" -m "{\"ts\":$(now),\"people\":[{\"id\":\"17\",\"x\":{{x}},\"y\":{{y}}}]}"

# Or: people in pixels of a picture, for a camera with a calibration.
tell -t "$root/camera/detections" -m "{\"ts\":$(now),\"width\":640,\"height\":360,\"boxes\":[{\"x\":310,\"y\":120,\"w\":40,\"h\":90,\"score\":0.9}]}"

# Or: somebody has crossed the line of an entrance.
{{#entrances}}
tell -t "$root/camera/crossings" -m "{\"ts\":$(now),\"entrance\":\"{{entrance}}\",\"direction\":\"in\",\"count\":1}"
{{/entrances}}

# Or: a picture for the agent to look at. PICTURE names a JPEG.
if [ -n "${PICTURE:-}" ]; then tell -t "$root/camera/frame/$(now)" -f "$PICTURE"; fi

#!/bin/sh
# What a shelf of the native dialect says; slots are those of its entry, weights are examples.
set -eu
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

# Gross weight of each slot: at 4 Hz or faster round a change, every five seconds otherwise.
{{#slots}}
tell -t "$root/shelf/weight" -m "{\"ts\":$(now),\"slot\":\"{{slot}}\",\"grams\":{{grams}}}"
{{/slots}}

#!/bin/sh
# A file of a till that exports CSV, by MQTT. Columns, marks and dates are those of the store file.
set -eu
# Times of a till's files are the store's.
export TZ="{{timezone}}"
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

sale=$(mktemp)
trap 'rm -f "$sale"' EXIT
cat > "$sale" <<END
{{csvHeader}}
{{csvRow}}
END
tell -t "$root/till/csv" -f "$sale"

export const HELP = `npm run aisle -- COMMAND [OPTIONS]

Getting devices in
  device add         enrol a device, show its account and ready configuration once, wait for its first message
    --id ID            what it is called, also its user name
    --family FAMILY    shelf, rfid, camera, ble, till or screen
    --dialect NAME     what it speaks: aisle, or one of docs/devices
    --name TEXT  --zone ZONE  --fixture FIXTURE  --gateway DEVICE
    --address MAC  --key HEX          of a device that speaks over Bluetooth
    --clock corrected                 set its times right by what is measured
    --entry FILE       more keys of its entry in the store file, as YAML or JSON
  device list        every device: state, last seen, credential
  device revoke ID   cut it off now; it cannot log in again
  device replace ID  other hardware takes its place: a new password, its history goes on
  device wait ID     wait until it is heard
  knocks             names that try to get in and are not in the store file
  tare SLOT GRAMS    this known weight lies on the slot now (0: it is empty)

Encryption
  tls init           an own certificate authority and a certificate for this machine, which npm start uses; see
                     npm run aisle -- tls --help

Agents by NATS
  nats init          the keys of a NATS cluster and its servers' configurations; see npm run aisle -- nats --help

Databases
  move               a stopped cloud's catalog and facts to other engines, compared row by row; see
                     npm run aisle -- move --help
  backup, restore    a cloud, or one shop of it, in one file; see npm run aisle -- backup --help
  doctor             whether all is well with a running cloud, and else what to do

Cameras
  model add NAME|FILE, model list, model undo
                     which detector looks at the cameras' pictures; see npm run aisle -- model --help

Files of tills
  till check FILE --till ID
                     how the file would be read by this till's entry: receipts, lines, sums, what would be
                     refused and left out, and why. Nothing counts. Exit status 1: something would be refused

Figures
  recompute --from TIME
                     compute the figures since then anew from the shop's journal, as far as it reaches (24 h by
                     default), and wait until that is done. TIME as ISO 8601 with zone: 2026-11-22T10:00:00+08:00

Screens
  plays verify --from TIME --to TIME
                     whether the shop's log of plays is whole: every row that was edited, is missing or stands
                     elsewhere is named. Exit status 1: it is not

Options of all
  --data DIR         folder of a started system, whose demo-access.json is read (default: data)
  --url URL          address of the cloud instead, with --token TOKEN or the variable AISLE_TOKEN
  --store ID         the store, where the account has several
  --json             answers as JSON
Options of add, replace, wait and recompute
  --no-wait          do not wait for its first message, or for the end
  --timeout SECONDS  how long to wait (default: until it comes, or Ctrl-C)
  --out DIR          write the ready configuration into files there (readable by you only) instead of printing it

Exit status: 0 done; 1 refused, or it was not heard in time; 2 used wrongly, or the cloud cannot be reached.
`;

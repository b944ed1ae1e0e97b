#!/usr/bin/python3
"""A stand-in for bluetoothd on a private bus: one adapter, and the devices that standard input tells of.

It speaks as BlueZ 5 does, as far as a scanner sees it: object manager, adapter, devices, agent manager. It needs Debian's
python3-dbus and python3-gi, and DBUS_SYSTEM_BUS_ADDRESS of a bus that lets it own org.bluez (see bus.conf).

One JSON object a line comes in:
  {"address": "AA:BB:CC:DD:EE:FF", "rssi": -60, "serviceData": {"fcd2": "40…"}, "manufacturerData": {"76": "0215…"}}
                       an advertisement; data is hex, companies are decimal numbers
  {"adapter": "remove"} or {"adapter": "add"}      the stick is pulled out, and put in again
  {"powered": false}                               somebody switches the adapter off
  {"scanning": false}                              the adapter stops by itself
  {"restart": 1500}                                bluetoothd ends and is back after so many milliseconds
One JSON object a line goes out: {"ready": true}, {"scanning": true or false}, {"error": "…"}.
"""

import json
import os
import sys

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

BLUEZ = "org.bluez"
ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
AGENTS = "org.bluez.AgentManager1"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
ADAPTER_PATH = "/org/bluez/hci0"
# BlueZ forgets devices that it does not hear for so long.
FORGET_S = 30
# Without duplicates a change of the signal that is smaller is not worth a word, dB.
RSSI_STEP = 8


def say(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def uuid(text):
    """The full form, which is how BlueZ writes all UUIDs."""
    text = text.lower()
    return f"0000{text}-0000-1000-8000-00805f9b34fb" if len(text) == 4 else text


def octets(text):
    return dbus.Array([dbus.Byte(one) for one in bytes.fromhex(text)], signature="y")


class WithProperties(dbus.service.Object):
    """Properties of one interface. The signal is declared here, or clients that read the introspection never hear it."""

    def __init__(self, bus, path, interface, values, settable=()):
        super().__init__(bus, path)
        self.path = path
        self.interface = interface
        self.values = values
        self.settable = settable

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return self.values if interface == self.interface else {}

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ssv")
    def Set(self, interface, name, value):
        if interface != self.interface or name not in self.settable:
            raise dbus.exceptions.DBusException("not writable", name="org.freedesktop.DBus.Error.PropertyReadOnly")
        self.change({name: value})

    @dbus.service.signal(dbus.PROPERTIES_IFACE, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    def change(self, changed):
        self.values.update(changed)
        self.PropertiesChanged(self.interface, changed, [])


class Root(dbus.service.Object):
    def __init__(self, bus, fake):
        super().__init__(bus, "/")
        self.fake = fake

    @dbus.service.method(OBJECTS, out_signature="a{oa{sa{sv}}}")
    def GetManagedObjects(self):
        objects = {"/org/bluez": {AGENTS: dbus.Dictionary(signature="sv")}}
        for one in [self.fake.adapter, *self.fake.devices.values()]:
            if one:
                objects[one.path] = {one.interface: one.values}
        return objects

    @dbus.service.signal(OBJECTS, signature="oa{sa{sv}}")
    def InterfacesAdded(self, path, interfaces):
        pass

    @dbus.service.signal(OBJECTS, signature="oas")
    def InterfacesRemoved(self, path, interfaces):
        pass


class Agents(dbus.service.Object):
    """Pairing, which a listener never does; node-ble looks for the interface all the same."""

    @dbus.service.method(AGENTS, in_signature="os")
    def RegisterAgent(self, agent, capability):
        pass

    @dbus.service.method(AGENTS, in_signature="o")
    def UnregisterAgent(self, agent):
        pass

    @dbus.service.method(AGENTS, in_signature="o")
    def RequestDefaultAgent(self, agent):
        pass


class Adapter(WithProperties):
    def __init__(self, bus, fake):
        values = {
            "Address": dbus.String("00:1A:7D:DA:71:13"),
            "AddressType": dbus.String("public"),
            "Name": dbus.String("aisle"),
            "Alias": dbus.String("aisle"),
            "Powered": dbus.Boolean(True),
            "Discoverable": dbus.Boolean(False),
            "Pairable": dbus.Boolean(False),
            "Discovering": dbus.Boolean(False),
            "UUIDs": dbus.Array([], signature="s"),
        }
        super().__init__(bus, ADAPTER_PATH, ADAPTER, values, settable=("Powered", "Alias", "Discoverable", "Pairable"))
        self.fake = fake
        self.filters = {}
        self.scanners = {}

    def wants_duplicates(self):
        return any(self.filters.get(client, {}).get("DuplicateData", True) for client in self.scanners)

    @dbus.service.method(ADAPTER, in_signature="a{sv}", sender_keyword="sender")
    def SetDiscoveryFilter(self, properties, sender=None):
        if properties.get("Transport", "auto") not in ("auto", "le"):
            raise dbus.exceptions.DBusException("transport", name="org.bluez.Error.InvalidArguments")
        self.filters[sender] = dict(properties)

    @dbus.service.method(ADAPTER, out_signature="as")
    def GetDiscoveryFilters(self):
        return ["UUIDs", "RSSI", "Pathloss", "Transport", "DuplicateData", "Discoverable", "Pattern"]

    @dbus.service.method(ADAPTER, sender_keyword="sender")
    def StartDiscovery(self, sender=None):
        if not self.values["Powered"]:
            raise dbus.exceptions.DBusException("Resource Not Ready", name="org.bluez.Error.NotReady")
        if sender in self.scanners:
            raise dbus.exceptions.DBusException("Operation already in progress", name="org.bluez.Error.InProgress")
        # A client that goes away scans no more.
        self.scanners[sender] = self.fake.bus.watch_name_owner(sender, lambda owner: owner or self.ended(sender))
        self.discovering()

    @dbus.service.method(ADAPTER, sender_keyword="sender")
    def StopDiscovery(self, sender=None):
        if sender not in self.scanners:
            raise dbus.exceptions.DBusException("No discovery started", name="org.bluez.Error.Failed")
        self.ended(sender)

    @dbus.service.method(ADAPTER, in_signature="o")
    def RemoveDevice(self, device):
        self.fake.forget(str(device))

    def ended(self, sender):
        watch = self.scanners.pop(sender, None)
        if watch:
            watch.cancel()
        self.filters.pop(sender, None)
        self.discovering()

    def stop_all(self):
        for sender in list(self.scanners):
            self.ended(sender)

    def quit(self):
        """It is gone: nobody is told that it does not scan."""
        for watch in self.scanners.values():
            watch.cancel()
        self.scanners.clear()

    def discovering(self):
        now = dbus.Boolean(bool(self.scanners))
        if now != self.values["Discovering"]:
            self.change({"Discovering": now})
            say({"scanning": bool(now)})

    def change(self, changed):
        super().change(changed)
        if "Powered" in changed and not changed["Powered"]:
            self.stop_all()


class FakeBluez:
    def __init__(self, bus):
        self.bus = bus
        self.name = None
        self.adapter = None
        self.devices = {}
        self.heard = {}
        self.root = self.agents = None
        self.start()
        GLib.timeout_add_seconds(10, self.sweep)

    def start(self):
        self.root = Root(self.bus, self)
        self.agents = Agents(self.bus, "/org/bluez")
        self.add_adapter()
        self.name = dbus.service.BusName(BLUEZ, self.bus, do_not_queue=True)
        return False

    def stop(self):
        self.bus.release_name(BLUEZ)
        self.name = None
        for path in list(self.devices):
            self.forget(path, quietly=True)
        if self.adapter:
            self.adapter.quit()
        for one in (self.adapter, self.agents, self.root):
            if one:
                one.remove_from_connection()
        self.adapter = self.agents = self.root = None

    def add_adapter(self):
        if self.adapter:
            return
        self.adapter = Adapter(self.bus, self)
        self.root.InterfacesAdded(ADAPTER_PATH, {ADAPTER: self.adapter.values})

    def remove_adapter(self):
        if not self.adapter:
            return
        for path in list(self.devices):
            self.forget(path)
        if self.adapter.scanners:
            say({"scanning": False})
        self.adapter.quit()
        self.adapter.remove_from_connection()
        self.adapter = None
        self.root.InterfacesRemoved(ADAPTER_PATH, [ADAPTER, dbus.PROPERTIES_IFACE])

    def forget(self, path, quietly=False):
        device = self.devices.pop(path, None)
        self.heard.pop(path, None)
        if not device:
            return
        device.remove_from_connection()
        if not quietly:
            self.root.InterfacesRemoved(path, [DEVICE, dbus.PROPERTIES_IFACE])

    def sweep(self):
        before = GLib.get_monotonic_time() - FORGET_S * 1_000_000
        for path in [path for path, at in self.heard.items() if at < before]:
            self.forget(path)
        return True

    def advert(self, said):
        if not self.adapter or not self.adapter.values["Discovering"]:
            return
        address = said["address"].upper()
        path = f"{ADAPTER_PATH}/dev_{address.replace(':', '_')}"
        now = {"RSSI": dbus.Int16(said.get("rssi", -60))}
        if said.get("serviceData"):
            service = {uuid(key): octets(data) for key, data in said["serviceData"].items()}
            now["ServiceData"] = dbus.Dictionary(service, signature="sv")
        if said.get("manufacturerData"):
            companies = {dbus.UInt16(int(key)): octets(data) for key, data in said["manufacturerData"].items()}
            now["ManufacturerData"] = dbus.Dictionary(companies, signature="qv")
        self.heard[path] = GLib.get_monotonic_time()
        device = self.devices.get(path)
        if device is None:
            values = {
                "Address": dbus.String(address),
                "AddressType": dbus.String("random"),
                "Alias": dbus.String(address.replace(":", "-")),
                "Adapter": dbus.ObjectPath(ADAPTER_PATH),
                "Paired": dbus.Boolean(False),
                "Connected": dbus.Boolean(False),
                **now,
            }
            self.devices[path] = device = WithProperties(self.bus, path, DEVICE, values)
            self.root.InterfacesAdded(path, {DEVICE: values})
            return
        if not self.adapter.wants_duplicates():
            known = device.values
            now = {
                key: value
                for key, value in now.items()
                if (abs(value - known.get(key, -200)) >= RSSI_STEP if key == "RSSI" else value != known.get(key))
            }
        if now:
            device.change(now)

    def told(self, said):
        if "address" in said:
            self.advert(said)
        elif "adapter" in said:
            self.add_adapter() if said["adapter"] == "add" else self.remove_adapter()
        elif "powered" in said:
            if self.adapter:
                self.adapter.change({"Powered": dbus.Boolean(said["powered"])})
        elif "scanning" in said:
            if self.adapter:
                self.adapter.stop_all()
        elif "restart" in said:
            self.stop()
            GLib.timeout_add(int(said["restart"]), self.start)


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    loop = GLib.MainLoop()
    bus = dbus.SystemBus()
    bus.set_exit_on_disconnect(False)
    bus.call_on_disconnection(lambda _connection: loop.quit())
    fake = FakeBluez(bus)
    os.set_blocking(sys.stdin.fileno(), False)
    waiting = bytearray()

    def on_input(source, condition):
        nonlocal waiting
        try:
            chunk = os.read(source, 1 << 16)
        except BlockingIOError:
            return True
        if not chunk:
            loop.quit()
            return False
        waiting += chunk
        *lines, rest = waiting.split(b"\n")
        waiting = bytearray(rest)
        for line in lines:
            if not line.strip():
                continue
            try:
                fake.told(json.loads(line))
            except Exception as error:  # one bad line must not end it
                say({"error": f"{type(error).__name__}: {error}"})
        return True

    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, on_input)
    say({"ready": True})
    loop.run()


main()

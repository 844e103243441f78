// Runs collect.js in node with Windows faked: node fake_windows.js SCRIPT {"blocked": false, ...}; prints the files left.
"use strict";
const fs = require("fs"), vm = require("vm");
const how = Object.assign({ blocked: false, provider: false, wmi: true, enumerator: false }, JSON.parse(process.argv[3]));
const files = {}, folders = new Set(["C:\\Windows\\Temp", "C:\\Windows", "C:\\Program Files", "C:\\Users", "C:\\Users\\ann"]);
const ENV = { SystemRoot: "C:\\Windows", ComSpec: "cmd.exe", COMPUTERNAME: "DESK-7", USERNAME: "ann", SystemDrive: "C:",
  PROCESSOR_ARCHITECTURE: "AMD64", ProgramW6432: "C:\\Program Files" };
const MINE = "HKEY_USERS\\S-1-5-21-1-2-3-1001", OTHER = "HKEY_USERS\\S-1-5-21-1-2-3-1002", LM = "HKEY_LOCAL_MACHINE\\";
const REGISTRY = {
  [LM + "SYSTEM\\CurrentControlSet\\Control\\ComputerName"]: {},
  [LM + "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"]: { ProductName: "Windows \"10\" \u00c9", UBR: 5965, Secret: "AAAAA-SECRET" },
  [LM + "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-21-1-2-3-1001"]: { ProfileImagePath: "C:\\Users\\ann" },
  [LM + "SOFTWARE\\Google\\Update\\Clients\\{A}"]: { pv: "138.0", other: "x" },
  [LM + "SOFTWARE\\Google\\Update\\Clients\\{B}"]: { pv: "1" },
  [LM + "SOFTWARE\\Policies\\Google\\Chrome"]: { Disable3DAPIs: 1, "TargetChannel{X}": "beta", Token: "AAAAA-SECRET" },
  [LM + "SOFTWARE\\Office\\16.0\\Registration\\{X}"]: { ProductName: "Office", ProductID: "AAAAA-SECRET" },
  [LM + "SOFTWARE\\Clients\\StartMenuInternet\\Ghost\\shell\\open\\command"]: { "": "\"C:\\Program Files\\Ghost\\ghost.exe\"" },
  [MINE + "\\Software\\Vivaldi\\BLBeacon"]: { version: "7.0" },
  [OTHER]: {}
};
const keys = Object.keys(REGISTRY);
const long = key => key.replace(/^HKLM(?=\\|$)/, "HKEY_LOCAL_MACHINE").replace(/^HKU(?=\\|$)/, "HKEY_USERS");
const exists = key => keys.some(each => (each + "\\").toLowerCase().startsWith(long(key).toLowerCase() + "\\"));
const below = key => [...new Set(keys.filter(each => each.toLowerCase().startsWith(long(key).toLowerCase() + "\\"))
  .map(each => each.substring(long(key).length + 1).split("\\")[0]))];
const denied = key => long(key).startsWith(OTHER + "\\");
const error = (number, message) => Object.assign(new Error(message), { number: number | 0, description: message });
const quoted = text => '"' + String(text).replace(/[\\"]/g, "\\$&") + '"';

function exportText(key) {
  let text = "Windows Registry Editor Version 5.00\r\n\r\n";
  for (const each of keys.filter(each => (each + "\\").startsWith(long(key) + "\\"))) {
    text += "[" + each + "]\r\n";
    for (const [name, value] of Object.entries(REGISTRY[each])) {
      text += (name ? quoted(name) : "@") + "=" + (typeof value === "number" ? "dword:" + value.toString(16).padStart(8, "0") : quoted(value)) + "\r\n";
    }
    text += "\r\n";
  }
  return text;
}
const shell = {
  ExpandEnvironmentStrings: text => text.replace(/%([^%]+)%/g, (all, name) => ENV[name] === undefined ? all : ENV[name]) + "\0",
  RegRead(path) {
    const cut = path.lastIndexOf("\\"), key = long(path.substring(0, cut)), values = REGISTRY[key] || {};
    const name = Object.keys(values).find(each => each.toLowerCase() === path.substring(cut + 1).toLowerCase());
    if (name === undefined) { throw error(0x80070002, "not there"); }
    return values[name];
  },
  Run(command) {
    if (how.blocked) { return 1; }
    let match = /reg\.exe" export "([^"]+)" "([^"]+)"/.exec(command);
    if (match) {
      if (!exists(match[1]) || denied(match[1])) { return 1; }
      files[match[2]] = exportText(match[1]);
      return 0;
    }
    match = /reg\.exe" query "([^"]+)" > "([^"]+)"/.exec(command);
    if (!match || !(exists(match[1]) || match[1] === "HKU") || denied(match[1])) { return 1; }
    files[match[2]] = "\r\n" + below(match[1]).map(each => long(match[1]) + "\\" + each).join("\r\n") + "\r\n";
    return 0;
  }
};
const PROGRAM = { "C:\\Program Files\\B\\b.exe": "1.2.3.4" };
const head = String.fromCharCode(0x5a4d) + "\0".repeat(29) + String.fromCharCode(64, 0) + "\x4550\0".replace("\x45" + "50", String.fromCharCode(0x4550));
const system = {
  FileExists: path => path in files || path in PROGRAM,
  FolderExists: path => folders.has(path),
  CreateFolder: path => folders.add(path),
  DeleteFolder(path) { folders.delete(path); for (const each of Object.keys(files)) { if (each.startsWith(path + "\\")) { delete files[each]; } } },
  DeleteFile: path => { delete files[path]; },
  MoveFile(from, to) { files[to] = files[from]; delete files[from]; },
  BuildPath: (folder, name) => folder + "\\" + name,
  GetFile: path => ({ Size: path in PROGRAM ? 4096 : files[path].length * 2 }),
  GetFileVersion: path => PROGRAM[path] || "",
  GetFolder: path => ({ SubFolders: { Count: 0 }, Files: { Count: 0 } }),
  GetDrive: () => ({ TotalSize: 1000 }),
  OpenTextFile(path) {
    const text = path in PROGRAM ? head.substring(0, 32) + String.fromCharCode(0x4550, 0, 0x8664) : files[path];
    return { ReadAll: () => text, Read: count => text.substring(0, count), Close() {} };
  },
  CreateTextFile(path) {
    files[path] = "";
    return { WriteLine(text) { files[path] += text + "\r\n"; }, Close() {} };
  }
};
const box = value => ({ Properties_: { Item: name => ({ get Value() { return value[name]; }, set Value(given) { value[name] = given; } }) } });
const TOPS = { [0x80000002 | 0]: "HKEY_LOCAL_MACHINE", [0x80000003 | 0]: "HKEY_USERS" };
const safeArray = list => ({ list });
function answer(method, input) {
  const key = TOPS[input.hDefKey] + (input.sSubKeyName ? "\\" + input.sSubKeyName : ""), values = REGISTRY[key] || {};
  if (denied(key)) { return { ReturnValue: 5 }; }
  if (!exists(key) && key !== "HKEY_USERS") { return { ReturnValue: 2 }; }
  if (method === "EnumKey") { return { ReturnValue: 0, sNames: safeArray(below(key)) }; }
  if (method === "EnumValues") {
    return { ReturnValue: 0, sNames: safeArray(Object.keys(values)), Types: safeArray(Object.values(values).map(each => typeof each === "number" ? 4 : 1)) };
  }
  return { ReturnValue: 0, sValue: values[input.sValueName], uValue: values[input.sValueName] };
}
const provider = {
  Methods_: { Item: method => ({ InParameters: { SpawnInstance_() { const values = {}; return Object.assign(box(values), { values }); } } }) },
  ExecMethod_: (method, input) => box(answer(method, input.values))
};
const cores = [box({ NumberOfCores: 4 }), box({ NumberOfCores: 2 })];
const collection = { Count: cores.length, ItemIndex(at) { if (how.enumerator) { throw error(1, "no ItemIndex here"); } return cores[at]; }, all: cores };
const locator = {
  ConnectServer(server, space) {
    if (!how.wmi) { throw error(0x80041003, "refused"); }
    return { Get() { if (!how.provider) { throw error(1, "not here"); } return provider; }, ExecQuery: () => collection };
  }
};
function Enumerator(given) {
  if (!how.enumerator || !given.all) { throw error(0x80070057, "no Enumerator here"); }
  let at = 0;
  this.atEnd = () => at >= given.all.length;
  this.moveNext = () => { at += 1; };
  this.item = () => given.all[at];
}
const context = vm.createContext({
  ActiveXObject: function (name) { return { "WScript.Shell": shell, "Scripting.FileSystemObject": system, "WbemScripting.SWbemLocator": locator }[name]; },
  Enumerator,
  VBArray: function (given) { this.toArray = () => given.list; },
  ScriptEngineMajorVersion: () => 5, ScriptEngineMinorVersion: () => 6,
  WScript: {
    Arguments: { length: 1, Item: () => "/out:D:\\out" }, ScriptFullName: "C:\\kit\\collect.js", Sleep() {},
    Echo(text) { said.push(text); }, Quit(code) { process.exitCode = code; }
  }
});
const said = [];
vm.runInContext("delete JSON; delete String.prototype.trim; delete Object.keys; delete Array.prototype.forEach; delete Array.prototype.map;" +
  "delete Array.prototype.indexOf; delete Date.prototype.toISOString; delete Function.prototype.bind;", context);
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), context);
process.stdout.write(JSON.stringify({ files, said }));

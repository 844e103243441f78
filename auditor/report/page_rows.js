/* The PCs of a page as columns: decoded, chosen by the filters of "auditor report --filter", and sorted. Knows no page. */
var auditorRows = (function () {
  'use strict';
  var ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  var KEYS = ['site', 'tag', 'os', 'device', 'browser', 'state', 'rule'];
  var OUTCOMES = {pass: 'P', fail: 'F', unknown: 'U', waived: 'W', 'not-applicable': '-'};
  var DIGIT = {};
  for (var at = 0; at < 64; at++) { DIGIT[ALPHABET.charAt(at)] = at; }

  function numbers(text, width) {
    var found = [];
    for (var i = 0; i < text.length; i += width) {
      var number = 0;
      for (var k = 0; k < width; k++) { number = number * 64 + DIGIT[text.charAt(i + k)]; }
      found.push(number);
    }
    return found;
  }

  function zeros(size) {
    var found = [];
    for (var i = 0; i < size; i++) { found.push(0); }
    return found;
  }

  /* The lists of a column, each an array of texts; they are few beside the rows. */
  function cells(part) {
    var found = [];
    for (var i = 0; i < part.lists.length; i++) {
      var list = numbers(part.lists[i], part.wide);
      for (var k = 0; k < list.length; k++) { list[k] = part.texts[list[k]]; }
      found.push(list);
    }
    return found;
  }

  /* Names, each of which leaves out what it begins alike with the one before: how much, its first character says. */
  function whole(text) {
    var found = text.split('\n'), last = '';
    for (var i = 0; i < found.length; i++) { found[i] = last = last.slice(0, DIGIT[found[i].charAt(0)] || 0) + found[i].slice(1); }
    return found;
  }

  /* Hexadecimal digits, of which two characters hold three. */
  var THREE = {};
  for (at = 0; at < 4096; at++) { THREE[ALPHABET.charAt(at >> 6) + ALPHABET.charAt(at & 63)] = ('00' + at.toString(16)).slice(-3); }
  function digits(part, row) {
    var width = 2 * Math.ceil(part.digits / 3), start = row * width, found = '';
    for (var i = 0; i < width; i += 2) { found += THREE[part.packed.substr(start + i, 2)]; }
    return found.slice(0, part.digits);
  }

  /* Letters match in either case, as Python's casefold has it. */
  function fold(text) {
    var parts = text.split('\u0131');
    for (var i = 0; i < parts.length; i++) {
      parts[i] = parts[i].toUpperCase().toLowerCase().replace(/\u03c2/g, '\u03c3').replace(/\u00df/g, 'ss');
    }
    return parts.join('\u0131');
  }

  /* Whether a text fits, in which * is any text; a folded one need not be folded again. */
  function matcher(pattern) {
    var parts = fold(pattern).split('*');
    for (var i = 0; i < parts.length; i++) { parts[i] = parts[i].replace(/[\\^$.|?+()\[\]{}\-\/]/g, '\\$&'); }
    var whole = new RegExp('^' + parts.join('[\\s\\S]*') + '$');
    return function (text, isFolded) { return whole.test(isFolded === true ? text : fold(text)); };
  }

  /* "text" is exactly this text, with each quotation mark in it doubled; null where a value is not written so. */
  function quoted(value) {
    var found = /^"((?:[^"]|"")+)"$/.exec(value);
    return found && found[1].replace(/""/g, '"');
  }

  function any(texts, test) {
    for (var i = 0; i < texts.length; i++) { if (test(texts[i])) { return true; } }
    return false;
  }

  function Rows(data) {
    var name, part;
    this.data = data;
    this.cells = {};
    this.of = {};
    for (name in data) {
      part = data[name];
      if (!/_of$/.test(name)) { continue; }
      name = name.slice(0, -3);
      if (part.lists) {
        this.cells[name] = cells(part);
        this.of[name] = part.width ? numbers(part.rows, part.width) : zeros(data.size);
      }
    }
    this.names = whole(data.names_of.names);
    this.size = data.size;
    this.ranks = {};
    this.plain = {};
    this.order = [];
    for (var i = 0; i < this.size; i++) { this.order.push(i); }
  }

  Rows.prototype.cell = function (name, row) { return this.cells[name][this.of[name][row]]; };

  Rows.prototype.digits = function (name, row) {
    var part = this.data[name + '_of'];
    if (part.packed !== undefined) { return digits(part, row); }
    this.plain[name] = this.plain[name] || whole(part.names);
    return this.plain[name][row];
  };

  /* The rules, or services, of which a PC has an outcome, by its letter. */
  Rows.prototype.rulesWith = function (name, row, letter) {
    var letters = this.cell(name, row)[0], found = [];
    for (var i = 0; i < letters.length; i++) { if (letters.charAt(i) === letter) { found.push(this.data.ids[name][i]); } }
    return found;
  };

  /* A filter as a function of a row, or what is wrong with it as a text. */
  Rows.prototype.test = function (text) {
    var at = text.indexOf('='), key = (at < 0 ? text : text.slice(0, at)).trim(), value = at < 0 ? '' : text.slice(at + 1).trim();
    if (KEYS.indexOf(key) < 0) { return 'unknown filter ' + key; }
    if (!value) { return 'a value is missing after ' + key; }
    if (key === 'rule') { return this.testRule(value); }
    if (key === 'state') {
      value = value.toLowerCase().replace(/-/g, ' ');
      if (!any(this.data.states, matcher(value))) { return 'no state ' + value; }
    }
    var exact = key === 'state' ? null : quoted(value);
    if (key === 'device') { return exact === null ? this.testName(value) : this.testExactName(exact); }
    return this.testCells({site: ['site'], tag: ['tags'], os: ['os', 'os_names'], browser: ['browsers', 'browser_names'],
      state: ['state']}[key], exact === null ? matcher(value) : function (text) { return text === exact; });
  };

  Rows.prototype.testExactName = function (exact) {
    var self = this, kept = this.data.devices_of.digits;
    return function (row) {
      return self.names[row] === exact || self.digits('devices', row) === (kept ? exact.slice(0, kept) : exact);
    };
  };

  Rows.prototype.testCells = function (names, match) {
    var self = this, found = [];
    for (var i = 0; i < names.length; i++) {
      var cells = this.cells[names[i]], fits = [];
      for (var k = 0; k < cells.length; k++) { fits.push(any(cells[k], match)); }
      found.push(fits);
    }
    return function (row) {
      for (var i = 0; i < names.length; i++) { if (found[i][self.of[names[i]][row]]) { return true; } }
      return false;
    };
  };

  /* Of a long list only the beginnings of ids are here, so no more of a pattern than that is compared with them. */
  Rows.prototype.testName = function (value) {
    var self = this, kept = this.data.devices_of.digits, head = value.split('*')[0];
    var cut = kept && kept < 32 && head.length > kept ? head.slice(0, kept) : value;
    var match = matcher(value), matchId = matcher(cut), hasLetters = !/^[0-9a-f*]+$/i.test(cut);
    if (!this.ids && !(hasLetters && kept)) {
      this.ids = [];
      for (var i = 0; i < this.size; i++) { this.ids.push(this.digits('devices', i)); }
    }
    if (!this.folded) { this.folded = fold(this.names.join('\n')).split('\n'); }
    return function (row) {
      return match(self.folded[row], true) || (!(hasLetters && kept) && matchId(self.ids[row], !!kept));
    };
  };

  Rows.prototype.testRule = function (value) {
    var colon = value.lastIndexOf(':'), outcome = value.slice(colon + 1), self = this, isKnown = false, found = {};
    if (colon < 0) { return 'the outcome is missing after ' + value; }
    if (!OUTCOMES.hasOwnProperty(outcome)) { return 'no outcome ' + outcome; }
    var match = matcher(value.slice(0, colon));
    for (var name in this.data.ids) {
      var ids = this.data.ids[name], cells = this.cells[name], meant = [];
      for (var i = 0; i < ids.length; i++) { if (match(ids[i])) { meant.push(i); } }
      isKnown = isKnown || meant.length > 0;
      found[name] = [];
      for (var k = 0; k < cells.length; k++) {
        found[name].push(any(meant, function (rule) { return cells[k][0].charAt(rule) === OUTCOMES[outcome]; }));
      }
    }
    if (!isKnown) { return 'no rule ' + value.slice(0, colon); }
    return function (row) {
      return self.cell('state', row)[0] !== 'stale' && (found.rules[self.of.rules[row]] || found.services[self.of.services[row]]);
    };
  };

  /* The rows that all filters leave, in the present order; or a text: what is wrong with one. */
  Rows.prototype.choose = function (filters) {
    var tests = [], found = [], i, k;
    for (i = 0; i < filters.length; i++) {
      tests.push(this.test(filters[i]));
      if (typeof tests[i] === 'string') { return tests[i]; }
    }
    for (i = 0; i < this.size; i++) {
      for (k = 0; k < tests.length && tests[k](this.order[i]); k++) { /* the next one */ }
      if (k === tests.length) { found.push(this.order[i]); }
    }
    return found;
  };

  function ranked(texts) {
    var sorted = [], rank = [], i;
    for (i = 0; i < texts.length; i++) { sorted.push(i); }
    sorted.sort(function (a, b) { return texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : a - b; });
    for (i = 0; i < sorted.length; i++) {
      rank[sorted[i]] = i && texts[sorted[i]] === texts[sorted[i - 1]] ? rank[sorted[i - 1]] : i;
    }
    return rank;
  }

  Rows.prototype.rank = function (name) {
    var texts = [], cells = this.cells[name], i;
    if (!cells) { return ranked(fold(this.names.join('\n')).split('\n')); }
    for (i = 0; i < cells.length; i++) {
      texts.push(name === 'state' ? this.data.states.indexOf(cells[i][0]) : fold(cells[i].join(', ')));
    }
    return ranked(texts);
  };

  /* By a column; rows with the same cell stay in the order of the report. An empty name is that order. */
  Rows.prototype.sort = function (name, isDown) {
    var rank = name && (this.ranks[name] = this.ranks[name] || this.rank(name)), of = this.of[name], heaps = [], i, k;
    for (i = 0; i < this.size; i++) {
      k = name ? rank[of ? of[i] : i] : 0;
      if (heaps[k]) { heaps[k].push(i); } else { heaps[k] = [i]; }
    }
    if (isDown) { heaps.reverse(); }
    this.order = [];
    for (i = 0; i < heaps.length; i++) { for (k = 0; heaps[i] && k < heaps[i].length; k++) { this.order.push(heaps[i][k]); } }
  };

  Rows.KEYS = KEYS;
  return Rows;
}());

/* The list of PCs of a page: filters in the address, pages of rows, each of which opens. All text is set as text. */
(function () {
  'use strict';
  var PAGE = 50, DIGITS = 12;
  var place = document.getElementById('pcs'), source = document.getElementById('pcs-data');
  if (!place || !source || !window.JSON || !document.addEventListener) { return; }
  var rows = new auditorRows(JSON.parse(source.textContent)), data = rows.data;
  var filters = [], chosen = [], page = 0, sorted = '', isDown = false, timer = 0, own = '', isPaper = false;
  var marks = JSON.parse(source.getAttribute('data-marks')), titles = JSON.parse(source.getAttribute('data-titles'));
  var body = byId('pcs-rows'), count = byId('pcs-count');

  function byId(id) { return document.getElementById(id); }
  function add(parent, tag, text, type) {
    var made = document.createElement(tag);
    if (text !== undefined) { made.appendChild(document.createTextNode(text)); }
    if (type) { made.className = type; }
    parent.appendChild(made);
    return made;
  }
  function empty(node) { while (node.firstChild) { node.removeChild(node.firstChild); } }
  function grouped(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, ','); }

  /* The address */
  function read() {
    var parts = location.hash.replace(/^#/, '').split('?'), found = [];
    if (parts[0] !== 'pcs') { return false; }
    var texts = parts.slice(1).join('?').split('&');
    for (var i = 0; i < texts.length; i++) {
      try { if (texts[i]) { found.push(decodeURIComponent(texts[i])); } } catch (wrong) { found.push(texts[i]); }
    }
    filters = found;
    return true;
  }
  function write() {
    var parts = [];
    for (var i = 0; i < filters.length; i++) {
      var at = filters[i].indexOf('=');
      parts.push(filters[i].slice(0, at) + '=' + encodeURIComponent(filters[i].slice(at + 1)).replace(/%2F/g, '/').replace(/%3A/g, ':'));
    }
    location.replace('#pcs' + (parts.length ? '?' + parts.join('&') : ''));
    own = location.hash;
  }

  /* The controls */
  function valueOf(key) {
    for (var i = filters.length - 1; i >= 0; i--) {
      if (filters[i].slice(0, key.length + 1) === key + '=') { return filters[i].slice(key.length + 1); }
    }
    return '';
  }
  function put(key, value) {
    var kept = [];
    for (var i = 0; i < filters.length; i++) { if (filters[i].slice(0, key.length + 1) !== key + '=') { kept.push(filters[i]); } }
    if (value) { kept.push(key + '=' + value); }
    filters = kept;
    write();
    show(0);
  }
  function option(select, value, text) {
    var made = add(select, 'option', text);
    made.value = value;
    return made;
  }
  function select(id, value) {
    var box = byId(id);
    for (var i = 0; i < box.options.length; i++) {
      if (box.options[i].value.toLowerCase() === value.toLowerCase()) { box.selectedIndex = i; return; }
    }
    option(box, value, value);
    box.selectedIndex = box.options.length - 1;
  }
  function fill(id, key, names) {
    var box = byId(id);
    for (var i = 0; i < names.length; i++) { option(box, names[i][0], names[i][1]); }
    box.addEventListener('change', function () { put(key, box.value); });
  }
  function distinct(column) {
    var cells = rows.cells[column], seen = {}, found = [];
    for (var i = 0; i < cells.length; i++) {
      for (var k = 0; k < cells[i].length; k++) {
        if (!seen.hasOwnProperty(' ' + cells[i][k])) { seen[' ' + cells[i][k]] = 1; found.push([cells[i][k], cells[i][k]]); }
      }
    }
    return found.sort(function (a, b) { return a[0] < b[0] ? -1 : 1; });
  }
  function controls() {
    var states = [], rules = [], name, i;
    for (i = 0; i < data.states.length; i++) { states.push([data.states[i].replace(' ', '-'), titles[i]]); }
    for (name in data.ids) {
      for (i = 0; i < data.ids[name].length; i++) { rules.push([data.ids[name][i], data.titles[name][i]]); }
    }
    fill('by-state', 'state', states);
    fill('by-site', 'site', distinct('site'));
    fill('by-os', 'os', distinct('os'));
    fill('by-browser', 'browser', distinct('browser_names'));
    for (i = 0; i < rules.length; i++) { option(byId('by-rule'), rules[i][0], rules[i][1]); }
    var byRule = function () { put('rule', byId('by-rule').value && byId('by-rule').value + ':' + byId('by-outcome').value); };
    byId('by-rule').addEventListener('change', byRule);
    byId('by-outcome').addEventListener('change', byRule);
    byId('by-name').addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var text = byId('by-name').value.trim();
        put('device', !text || text.indexOf('*') >= 0 ? text : '*' + text + '*');
      }, 200);
    });
    byId('pcs-all').addEventListener('click', function () { filters = []; write(); show(0); });
    byId('pcs-back').addEventListener('click', function () { show(page - 1); });
    byId('pcs-on').addEventListener('click', function () { show(page + 1); });
  }
  function reflect() {
    var keys = ['state', 'site', 'os', 'browser'], rule = valueOf('rule'), name = valueOf('device'), colon = rule.lastIndexOf(':');
    for (var i = 0; i < keys.length; i++) { select('by-' + keys[i], valueOf(keys[i])); }
    select('by-rule', rule.slice(0, Math.max(colon, 0)));
    if (colon > 0) { select('by-outcome', rule.slice(colon + 1)); }
    if (document.activeElement !== byId('by-name')) { byId('by-name').value = name.replace(/^\*([^*]*)\*$/, '$1'); }
  }

  /* The rows */
  function show(which) {
    var found = rows.choose(filters), isWrong = typeof found === 'string';
    chosen = isWrong ? [] : found;
    var pages = Math.max(1, Math.ceil(chosen.length / PAGE));
    page = Math.min(Math.max(which, 0), pages - 1);
    var start = isPaper ? 0 : page * PAGE, end = isPaper ? chosen.length : Math.min(start + PAGE, chosen.length);
    reflect();
    empty(body);
    for (var i = start; i < end; i++) { row(chosen[i]); }
    var said = isWrong ? 'This filter is not understood: ' + found + '.' : grouped(chosen.length) + ' of ' + grouped(rows.size) +
      (rows.size === 1 ? ' PC' : ' PCs') + (rows.size < data.of ? ' that stand worst, of ' + grouped(data.of) + ' in all' : '') +
      (chosen.length > end - start ? '; these are ' + grouped(start + 1) + ' to ' + grouped(end) : '') + '.';
    if (count.textContent !== said) { count.textContent = said; }
    byId('pcs-back').disabled = page === 0;
    byId('pcs-on').disabled = page >= pages - 1;
    byId('pcs-page').textContent = 'Page ' + (page + 1) + ' of ' + pages;
    var command = 'auditor report';
    for (var k = 0; k < filters.length; k++) { command += " --filter '" + filters[k].replace(/'/g, "'\\''") + "'"; }
    byId('pcs-command').textContent = command + ' --format csv -o devices.csv';
  }
  function state(parent, name) {
    var at = data.states.indexOf(name), made = add(parent, 'span', undefined, 'state ' + name.replace(' ', '-'));
    add(made, 'i', marks[at]).setAttribute('aria-hidden', 'true');
    made.appendChild(document.createTextNode(' ' + titles[at]));
  }
  function nameOf(number) { return rows.names[number] || '(' + rows.digits('devices', number).slice(0, 8) + ')'; }
  function row(number) {
    var line = add(body, 'tr'), head = add(line, 'th'), button = add(head, 'button', nameOf(number), 'open');
    head.setAttribute('scope', 'row');
    line.id = 'pc-' + rows.digits('devices', number);
    button.type = 'button';
    button.setAttribute('aria-expanded', 'false');
    add(line, 'td', rows.cell('site', number)[0]);
    state(add(line, 'td'), rows.cell('state', number)[0]);
    add(line, 'td', rows.cell('os', number)[0]);
    add(line, 'td', rows.cell('browsers', number).join(', '));
    add(line, 'td', rows.cell('seen', number)[0], 'keep');
    button.addEventListener('click', function () {
      var isOpen = button.getAttribute('aria-expanded') === 'true';
      button.setAttribute('aria-expanded', isOpen ? 'false' : 'true');
      if (isOpen) { body.removeChild(line.nextSibling); return; }
      var more = document.createElement('tr'), cell = add(more, 'td');
      cell.colSpan = 6;
      body.insertBefore(more, line.nextSibling);
      details(add(cell, 'div'), number);
    });
  }
  function list(parent, title, lines) {
    if (!lines.length) { return; }
    add(parent, 'p', title, 'says');
    var items = add(parent, 'ul');
    for (var i = 0; i < lines.length; i++) { add(items, 'li', lines[i]); }
  }
  function details(cell, number) {
    var hash = rows.digits('snapshots', number), passed = rows.rulesWith('rules', number, 'P').length;
    if (number < data.explained.why) {
      var why = rows.cell('why', number);
      list(cell, 'Why', why.length ? why : ['every rule that applies passed']);
    } else {
      list(cell, 'Fails', rows.rulesWith('rules', number, 'F'));
      list(cell, 'Unknown', rows.rulesWith('rules', number, 'U'));
      list(cell, 'Waived', rows.rulesWith('rules', number, 'W'));
    }
    if (number < data.explained.websites) {
      list(cell, 'Websites', rows.cell('websites', number));
    } else {
      list(cell, 'Websites that do not work', rows.rulesWith('services', number, 'F'));
      list(cell, 'Websites of which it is not known', rows.rulesWith('services', number, 'U'));
    }
    list(cell, 'Websites that work', rows.rulesWith('services', number, 'P'));
    if (number >= data.explained.why || number >= data.explained.websites) {
      add(cell, 'p', 'Why, in words: auditor report --filter device=' + nameOf(number) + ' --format html');
    }
    add(cell, 'p', 'Rules passed: ' + passed + '.');
    list(cell, 'Office', rows.cell('office', number));
    list(cell, 'Tags', rows.cell('tags', number));
    list(cell, 'Blocked by a supplier', rows.cell('blocked', number));
    list(cell, 'May have been missed', rows.cell('missed', number));
    var proof = add(cell, 'p', hash.length < 64 ? 'Snapshot, its SHA-256 begins with ' : 'Snapshot, SHA-256 ');
    add(proof, 'code', hash);
    proof.appendChild(document.createTextNode('; every value as it was read: '));
    add(proof, 'code', 'auditor raw ' + hash.slice(0, DIGITS));
  }

  /* The heads */
  function sortBy(head, button) {
    button.addEventListener('click', function () {
      var name = head.getAttribute('data-sort');
      isDown = sorted === name && !isDown;
      sorted = name;
      rows.sort(name, isDown);
      var heads = byId('pcs-table').getElementsByTagName('th');
      for (var i = 0; i < heads.length; i++) { heads[i].removeAttribute('aria-sort'); }
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      show(0);
    });
  }
  function heads() {
    var found = byId('pcs-head').getElementsByTagName('th');
    for (var i = 0; i < found.length; i++) {
      var text = found[i].textContent;
      empty(found[i]);
      var button = add(found[i], 'button', text, 'sort');
      button.type = 'button';
      sortBy(found[i], button);
    }
  }

  /* An address that the controls have just written moves nobody away from them. */
  function arrive() {
    if (location.hash === own) { return; }
    own = '';
    if (!read()) { return; }
    show(0);
    place.scrollIntoView();
    byId('pcs-title').focus();
  }
  /* Without this script a number leads to its claim, which has the filter as its id; now it leads to the list. */
  function freeIds() {
    var found = document.getElementById('claims').getElementsByTagName('code');
    for (var i = 0; i < found.length; i++) { found[i].removeAttribute('id'); }
  }
  function foldOuts(isOpen) {
    var found = document.getElementsByTagName('details');
    for (var i = 0; i < found.length; i++) {
      if (isOpen && !found[i].open) { found[i].open = true; found[i].setAttribute('data-paper', ''); }
      if (!isOpen && found[i].hasAttribute('data-paper')) { found[i].open = false; found[i].removeAttribute('data-paper'); }
    }
    isPaper = isOpen && rows.size <= 200;
    show(page);
  }

  freeIds();
  controls();
  heads();
  var waiting = ['pcs-form', 'pcs-pages', 'pcs-box'];
  for (var each = 0; each < waiting.length; each++) { byId(waiting[each]).removeAttribute('hidden'); }
  byId('pcs-still').style.display = 'none';
  read();
  show(0);
  if (filters.length) { arrive(); }
  window.addEventListener('hashchange', arrive);
  document.addEventListener('click', function (event) {
    var href = event.target.getAttribute && event.target.getAttribute('href');
    if (href && href === location.hash && href.slice(0, 4) === '#pcs') { own = ''; arrive(); }
  });
  window.addEventListener('beforeprint', function () { foldOuts(true); });
  window.addEventListener('afterprint', function () { foldOuts(false); });
}());

// Runs every test, shows what is going on to whoever looks, and sends the answers once.
var TURNS = 30;   // how often TURN passes before a test is given up: three seconds in a page that is not held up
var TURN = 100;   // milliseconds; counted in turns, so that a PC that is busy does not cost a browser its features
var BEGAN = new Date().getTime();
var ROWS = [], SEEN = {}, BROKEN = 0;

function G(group) { ROWS.push({group: group}); }
function F(id, name, test) { ROWS.push({id: id, name: name, test: test}); }
function A(id, name, test) { ROWS.push({id: id, name: name, waits: test}); }

function note(id, answer) {
  if (SEEN.hasOwnProperty(id)) { return; }
  SEEN[id] = answer === true ? '1' : answer === false || !answer ? '0' : answer === 1 ? '1' : String(answer);
}

function say(text) {
  var state = document.getElementById('state');
  state.innerHTML = '';
  state.appendChild(document.createTextNode(text));
}

function runAll(done) {
  var waiting = [], i, left = 0, turn = 0;
  // A test that breaks where no test should has no answer: that is not the same as no.
  function start(row) {
    left++;
    waiting.push(row);
    function answer(value) {
      if (row.over) { return; }
      row.over = true;
      left--;
      note(row.id, value);
    }
    try { T[row.waits](answer); } catch (broken) { BROKEN++; row.over = true; left--; }
  }
  for (i = 0; i < ROWS.length; i++) {
    if (ROWS[i].test) {
      try { note(ROWS[i].id, ROWS[i].test()); } catch (broken) { BROKEN++; }
    }
  }
  for (i = 0; i < ROWS.length; i++) { if (ROWS[i].waits) { start(ROWS[i]); } }
  (function wait() {
    var j;
    if (left && ++turn <= TURNS) { say('Testing ' + left + ' more \u2026'); setTimeout(wait, turn < 4 ? TURN / 4 : TURN); return; }
    for (j = 0; j < waiting.length; j++) {
      if (!waiting[j].over) { waiting[j].over = true; note(waiting[j].id, 'timeout'); }
    }
    done();
  }());
}

function information(done) {
  var found = {agent: navigator.userAgent, version: '', secure: window.isSecureContext ? '1' : '0'};
  var mode = document.documentMode, over = false;
  if (mode) { found.mode = String(mode); }
  function end() { if (!over) { over = true; done(found); } }
  setTimeout(end, 1000);
  try {
    navigator.userAgentData.getHighEntropyValues(['fullVersionList']).then(function (hints) {
      var list = hints.fullVersionList || [], i;
      for (i = 0; i < list.length; i++) {
        if (/chrom/i.test(list[i].brand) || !found.version) {
          found.version = /not/i.test(list[i].brand) ? found.version : String(list[i].version);
        }
      }
      end();
    }, end);
  } catch (none) { end(); }
}

function lines(found) {
  var out = [], i, name;
  for (i = 0; i < ROWS.length; i++) { if (SEEN.hasOwnProperty(ROWS[i].id)) { out.push('f\t' + ROWS[i].id + '\t' + SEEN[ROWS[i].id]); } }
  found.renderer = FOUND.renderer;
  found.broken = String(BROKEN);
  found.ms = String(new Date().getTime() - BEGAN);
  for (name in found) {
    if (found.hasOwnProperty(name) && found[name]) { out.push('i\t' + name + '\t' + found[name].replace(/[\t\r\n]/g, ' ')); }
  }
  return out.join('\n') + '\n';
}

function send(text) {
  var request = new XMLHttpRequest();
  request.open('POST', '/r/' + P.token, true);
  request.setRequestHeader('Content-Type', 'text/plain; charset=utf-8');
  request.onreadystatechange = function () {
    if (request.readyState !== 4) { return; }
    say(request.status === 204 || request.status === 1223
      ? 'Done. The answers below were handed over to auditor; this window can be closed.'
      : 'The answers below could not be handed over: auditor is no longer waiting, or had them already.');
  };
  request.send(text);
}

var WORDS = {'1': 'yes', '0': 'no', prompt: 'asks', granted: 'allowed', denied: 'refused', timeout: 'no answer in time'};

function show() {
  var i, row, line, cell, box = document.getElementById('answers'), said;
  for (i = 0; i < ROWS.length; i++) {
    row = ROWS[i];
    line = document.createElement(row.group ? 'h2' : 'p');
    line.appendChild(document.createTextNode(row.group || row.name + ': '));
    if (row.id) {
      said = SEEN[row.id];
      cell = document.createElement('b');
      cell.className = said === '1' || said === 'granted' || said === 'prompt' ? 'yes' : said ? 'no' : '';
      cell.appendChild(document.createTextNode(!said ? 'not known' : WORDS[said] || 'switched off' + said.substring(3).replace(':', ': ')));
      line.appendChild(cell);
    }
    box.appendChild(line);
  }
}

function begin() {
  runAll(function () {
    information(function (found) {
      show();
      send(lines(found));
    });
  });
}

// What the tests of features.js are written with. ECMAScript 3 throughout, with no reserved word as the name of a
// property and no comma at the end of a list: Internet Explorer 8 must be able to parse every line.
var T = {};
var FOUND = {renderer: ''};

T.g = function (name) {
  return typeof window[name] !== 'undefined' && window[name] !== null;
};

T.has = function (object, name) {
  return !!object && name in object;
};

T.attr = function (element, name) {
  return name in document.createElement(element);
};

T.path = function (path) {
  var parts = path.split('.'), at = window, i;
  for (i = 0; i < parts.length; i++) {
    at = at[parts[i]];
    if (at === undefined || at === null) { return false; }
  }
  return true;
};

// An element that the parser does not know is still an element, with an interface of its own.
T.known = function (name) {
  return !!window.HTMLUnknownElement && !(document.createElement(name) instanceof HTMLUnknownElement);
};

// A field of a type that is not known is a text field, and keeps what no field of that type could hold.
T.inp = function (type) {
  var field = document.createElement('input');
  try { field.setAttribute('type', type); } catch (refused) { return false; }
  if (field.type !== type) { return false; }
  if (type === 'email' || type === 'url' || type === 'search') { return true; }
  field.value = 'not of it';
  return field.value !== 'not of it';
};

T.css = function (property, value) {
  if (window.CSS && CSS.supports) { return CSS.supports(property, value); }
  var style = document.createElement('div').style, name = property.replace(/-([a-z])/g, function (all, letter) {
    return letter.toUpperCase();
  });
  if (!(name in style)) { return false; }
  try { style[name] = value; } catch (refused) { return false; }
  return style[name] !== '';
};

T.sel = function (selector) {
  try { document.querySelector(selector); } catch (refused) { return false; }
  return T.has(document, 'querySelector');
};

T.js = function (code, parsedOnly) {
  try {
    var made = new Function(code);
    if (!parsedOnly) { made(); }
    return true;
  } catch (refused) { return false; }
};

T.ctor = function (expression) {
  try { return !!new Function('return (' + expression + ')')(); } catch (refused) { return false; }
};

T.ctx = function (kind) {
  var canvas = document.createElement('canvas');
  if (!canvas.getContext) { return false; }
  return canvas.getContext(kind) ? true : 'off';
};

// The interface without a context is what a policy, a missing driver and a headless browser leave alike.
T.gl = function (kind, face) {
  var canvas = document.createElement('canvas'), context, about, name;
  if (!T.g(face) || !canvas.getContext) { return false; }
  context = canvas.getContext(kind) || (kind === 'webgl' ? canvas.getContext('experimental-webgl') : null);
  if (!context) { return 'off'; }
  if (P.renderer && !FOUND.renderer) {
    about = context.getExtension('WEBGL_debug_renderer_info');
    name = context.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : context.RENDERER);
    FOUND.renderer = name ? String(name) : '';
  }
  return true;
};

T.store = function (name) {
  try {
    var store = window[name];
    if (store === undefined) { return false; }
    if (store === null) { return 'off'; }
    store.setItem('probe', '1');
    var kept = store.getItem('probe') === '1';
    store.removeItem('probe');
    return kept ? true : 'off';
  } catch (refused) { return off(refused); }
};

T.cookie = function () {
  try {
    document.cookie = 'probe=1; path=/';
    var kept = document.cookie.indexOf('probe=1') >= 0;
    document.cookie = 'probe=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT';
    return kept ? true : 'off';
  } catch (refused) { return off(refused); }
};

T.can = function (element, type) {
  var player = document.createElement(element);
  return !!player.canPlayType && /^(probably|maybe)$/.test(player.canPlayType(type));
};

T.mse = function (type) {
  return T.path('MediaSource.isTypeSupported') && MediaSource.isTypeSupported(type);
};

// A query that is not known matches nothing, so one of its values must.
T.mq = function (name) {
  if (!window.matchMedia) { return false; }
  return matchMedia('(' + name + ':light),(' + name + ':dark),(' + name + ':no-preference)').matches;
};

T.pdf = function () {
  if ('pdfViewerEnabled' in navigator) { return navigator.pdfViewerEnabled ? true : 'off'; }
  return !!(navigator.mimeTypes && navigator.mimeTypes['application/pdf']);
};

T.wasm = function () {
  if (!window.WebAssembly || !window.Uint8Array) { return false; }
  return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module;
};

// Puts markup into the page, out of sight, as long as `look` looks at it.
function drawn(markup, look) {
  var box = document.createElement('div');
  box.style.cssText = 'position:absolute;left:-999px;top:0;width:400px;font-size:20px;line-height:normal';
  box.innerHTML = markup;
  document.body.appendChild(box);
  try { return look(box); } finally { document.body.removeChild(box); }
}

// The lower number of a fraction is below the upper one; without MathML they stand side by side.
T.mathml = function () {
  return drawn('<math><mfrac><mi>x</mi><mi>y</mi></mfrac></math>', function (box) {
    var numbers = box.getElementsByTagName('mi');
    return numbers.length === 2 &&
      numbers[1].getBoundingClientRect().top > numbers[0].getBoundingClientRect().top + 2;
  });
};

T.inlineNs = function (markup, name, space) {
  var box = document.createElement('div');
  box.innerHTML = markup;
  var first = box.firstChild;
  return !!first && first.nodeName.toLowerCase() === name && first.namespaceURI === space;
};

// What HTML 5 made all parsers do alike: rows get a body, what does not belong into a table goes before it, an element
// that is not known does not end at a slash, and the names of characters are those of its own list.
T.tokenizer = function () {
  var box = document.createElement('div');
  box.innerHTML = '<table><b>x</b><tr><td>y</table>';
  if (box.childNodes.length !== 2 || box.firstChild.nodeName !== 'B') { return false; }
  if (!box.lastChild.firstChild || box.lastChild.firstChild.nodeName !== 'TBODY') { return false; }
  box.innerHTML = '<x-y/>z';
  if (!box.firstChild || box.firstChild.nodeName !== 'X-Y' || box.childNodes.length !== 1) { return false; }
  box.innerHTML = '&apos;&lang;&NotEqualTilde;';
  return !!box.firstChild && box.firstChild.nodeValue === '\'\u27e8\u2242\u0338';
};

T.flexGap = function () {
  return drawn('<div style="display:flex;gap:7px"><i></i><i></i></div>', function (box) {
    var row = box.firstChild;
    return row.lastChild.offsetLeft - row.firstChild.offsetLeft === 7;
  });
};

// Nested without an ampersand, which browsers learnt last.
T.cssNest = function () {
  if (!window.getComputedStyle) { return false; }
  return drawn('<style>#nest{b{display:block;width:7px}}</style><div id="nest"><b></b></div>', function (box) {
    return getComputedStyle(box.lastChild.firstChild).width === '7px';
  });
};

// What was there and refused, with the name of the refusal where the browser gives one.
function off(refused) {
  var name = refused && refused.name;
  return typeof name === 'string' && /^[A-Z][A-Za-z]+$/.test(name) ? 'off:' + name : 'off';
}

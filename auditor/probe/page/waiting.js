// The tests that take time. Each gets a function to answer with, once: true, false, 'off', 'off:Name' or a permission.
function listen(target, event, heard) {
  if (target.addEventListener) { target.addEventListener(event, heard, false); } else { target.attachEvent('on' + event, heard); }
}

function refusedWith(answer) {
  return function (refused) { answer(off(refused)); };
}

function image(type, data, width) {
  return function (answer) {
    var picture = new Image();
    picture.onload = function () { answer(picture.width === width); };
    picture.onerror = function () { answer(false); };
    picture.src = 'data:image/' + type + ';base64,' + data;
  };
}

T.webp = image('webp', 'UklGRigAAABXRUJQVlA4IBwAAABwAQCdASoCAAEADMDOJZQC/OF1AAD+6sxa7gAA', 2);
T.avif = image('avif', 'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAA' +
  'AAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAIgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAA' +
  'AABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAAgAAAAEAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1h' +
  'AAAAAAAAAAEAAQQBAoMEAAAAKm1kYXQSAAoIGAAmiAhoNCAyFB7Hh4VZ3///4sAAAJA1jjx+n1pA', 2);

T.webgpu = function (answer) {
  if (!navigator.gpu) { answer(false); return; }
  navigator.gpu.requestAdapter().then(function (adapter) { answer(adapter ? true : 'off'); }, refusedWith(answer));
};

T.idb = function (answer) {
  try {
    if (!window.indexedDB) { answer('indexedDB' in window ? 'off' : false); return; }
    var request = indexedDB.open('probe', 1);
    request.onerror = function (event) {
      if (event.preventDefault) { event.preventDefault(); }
      answer(off(request.error));
    };
    request.onsuccess = function () {
      request.result.close();
      indexedDB.deleteDatabase('probe');
      answer(true);
    };
  } catch (refused) { answer(off(refused)); }
};

T.cacheApi = function (answer) {
  if (!window.caches) { answer(false); return; }
  caches.open('probe').then(function () {
    caches['delete']('probe');
    answer(true);
  }, refusedWith(answer));
};

// Frames say "name:value" to the page; what says so is believed only by the name it was asked under.
function framed(name, address, answer) {
  if (!window.postMessage || !address) { answer(false); return; }
  var frame = document.createElement('iframe');
  frame.style.cssText = 'position:absolute;left:-999px;width:9px;height:9px';
  listen(window, 'message', function (event) {
    var said = typeof event.data === 'string' ? event.data.split(':') : [];
    if (said[0] !== name) { return; }
    answer(said[1] === '1' ? true : said[1] === '0' ? false : said.slice(1).join(':'));
  });
  frame.src = address;
  document.body.appendChild(frame);
}

T.thirdParty = function (answer) { framed('3p', P.third, answer); };
T.csp = function (answer) { framed('csp', '/csp/' + P.token, answer); };

T.worker = function (answer) {
  if (!window.Worker) { answer(false); return; }
  try {
    var worker = new Worker('/w/' + P.token);
    worker.onmessage = function (event) { worker.terminate(); answer(event.data === 1); };
    worker.onerror = function () { answer('off'); };
  } catch (refused) { answer(off(refused)); }
};

T.serviceWorker = function (answer) {
  if (!('serviceWorker' in navigator)) { answer(false); return; }
  navigator.serviceWorker.register('/sw/' + P.token, {scope: '/sw/'}).then(function (registration) {
    registration.unregister();
    answer(true);
  }, refusedWith(answer));
};

T.webSocket = function (answer) {
  if (!window.WebSocket) { answer(false); return; }
  try {
    var socket = new WebSocket('ws://' + location.host + '/ws/' + P.token);
    socket.onmessage = function () { answer(true); socket.close(); };
    socket.onerror = function () { answer('off'); };
  } catch (refused) { answer(off(refused)); }
};

T.eventSource = function (answer) {
  if (!window.EventSource) { answer(false); return; }
  var source = new EventSource('/es/' + P.token);
  source.onmessage = function () { source.close(); answer(true); };
  source.onerror = function () { source.close(); answer('off'); };
};

T.rtcPeer = function (answer) {
  if (!window.RTCPeerConnection) { answer(false); return; }
  try {
    var peer = new RTCPeerConnection();
    peer.createDataChannel('probe');
    peer.createOffer().then(function () { peer.close(); answer(true); }, refusedWith(answer));
  } catch (refused) { answer(off(refused)); }
};

// Two peers in this page find each other and open a channel: what a limit on ports or on addresses stops.
T.rtcData = function (answer) {
  if (!window.RTCPeerConnection || !RTCPeerConnection.prototype.createDataChannel) { answer(false); return; }
  try {
    var one = new RTCPeerConnection(), two = new RTCPeerConnection(), channel = one.createDataChannel('probe');
    var bad = refusedWith(answer);
    var hand = function (to) {
      return function (event) { if (event.candidate) { to.addIceCandidate(event.candidate).then(null, function () { return 0; }); } };
    };
    one.onicecandidate = hand(two);
    two.onicecandidate = hand(one);
    channel.onopen = function () { one.close(); two.close(); answer(true); };
    one.createOffer().then(function (offer) { return one.setLocalDescription(offer); })
      .then(function () { return two.setRemoteDescription(one.localDescription); })
      .then(function () { return two.createAnswer(); })
      .then(function (reply) { return two.setLocalDescription(reply); })
      .then(function () { return one.setRemoteDescription(two.localDescription); })
      .then(null, bad);
  } catch (refused) { answer(off(refused)); }
};

T.rtcH264 = function (answer) {
  if (!window.RTCPeerConnection) { answer(false); return; }
  try {
    var peer = new RTCPeerConnection(), wish;
    if (peer.addTransceiver) { peer.addTransceiver('video'); } else { wish = {offerToReceiveVideo: true}; }
    peer.createOffer(wish).then(function (offer) {
      peer.close();
      answer(/ H264\/90000/i.test(offer.sdp));
    }, refusedWith(answer));
  } catch (refused) { answer(off(refused)); }
};

// A permission that cannot be asked about is not known here, which is not the same as refused.
function permission(name) {
  return function (answer) {
    if (!navigator.permissions || !navigator.permissions.query) { answer(false); return; }
    navigator.permissions.query({name: name}).then(
      function (found) { answer(found.state || found.status || false); },
      function () { answer(false); }
    );
  };
}

T.permCamera = permission('camera');
T.permMicrophone = permission('microphone');
T.permGeolocation = permission('geolocation');
T.permNotifications = permission('notifications');

T.uvpa = function (answer) {
  if (!T.path('PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable')) { answer(false); return; }
  PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then(answer, refusedWith(answer));
};

// A system of keys that the browser does not have is refused by that very name; anything else is a refusal here.
function keys(system) {
  return function (answer) {
    if (!navigator.requestMediaKeySystemAccess) { answer(false); return; }
    var video = [{contentType: 'video/webm; codecs="vp9"'}, {contentType: 'video/mp4; codecs="avc1.42E01E"'}];
    navigator.requestMediaKeySystemAccess(system, [{initDataTypes: ['keyids', 'webm', 'cenc'], videoCapabilities: video}]).then(
      function () { answer(true); },
      function (refused) { answer(refused && refused.name === 'NotSupportedError' ? false : off(refused)); }
    );
  };
}

T.emeClearKey = keys('org.w3.clearkey');
T.emeWidevine = keys('com.widevine.alpha');
T.emePlayReady = keys('com.microsoft.playready.recommendation');

// A font whose only letter is seven times as wide as high: the width tells whether it was read.
T.woff2 = function (answer) {
  var data = 'url(data:font/woff2;base64,d09GMgABAAAAAAEAAAoAAAAAAlAAAAC3AAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAABmAANAooPAE2AiQDBgsGAAQgBTwH' +
    'IBurAQCeBXYT/SZcj8YmpNO3eP75+29rn3Pnr2N/sLG0HlAfemSDVMSBBlQg8SQID2Q/yHy9yX9gHKccR5QEaoFTHuA/PygcNsaGxxNEbdSHOVsYZIDnGkymBn31' +
    'DQC4gkJjrwV7wxXDEEwPyVgAFBgoLLEGDBDpTnbaZgNBTj5f/on+191/8Hv7cj9gY4NWIPT1EYeZw6uNAABymEFQWkABAGB4EhBBQIloGRtR6qOGj/uHuw+tAAAA' +
    'AA==) format("woff2")';
  var box = document.createElement('div'), turns = 0;
  if (window.FontFace) {
    new FontFace('probe', data).load().then(function () { answer(true); }, function () { answer(false); });
    return;
  }
  box.innerHTML = 'x<style>@font-face{font-family:probe;src:' + data + '}</style><span style="font:20px probe,monospace">A</span>';
  box.style.cssText = 'position:absolute;left:-999px;width:400px';
  document.body.appendChild(box);
  (function look() {
    var wide = box.lastChild.offsetWidth > 100;
    if (!wide && ++turns < 20) { setTimeout(look, 50); return; }
    document.body.removeChild(box);
    answer(wide);
  }());
};

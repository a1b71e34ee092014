
'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const model = JSON.parse(byId('model').textContent);
  const startNs = BigInt(model.start_ns), spanNs = BigInt(model.end_ns) - startNs, span = Number(spanNs);
  const unit = model.unit === 'hz' ? ' accesses/s' : ' accesses per aggregation interval';
  const heat = byId('heat'), wss = byId('wss'), tip = byId('tip'), state = byId('state');
  const firstCode = 2, perPower = 900, leastPower = -36;

  // Colours of equal steps of lightness, cold to hot.
  const stops = '1a1d5830206a4723786025827a2786952985af2e80c73676dc4269ed5459fa6849fd8345ff9c49feb459ffc965fddf7af9f39c';
  const palette = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const at = i / 255 * 16, low = Math.min(Math.floor(at), 15), part = at - low;
    let color = 255;
    for (let c = 2; c >= 0; c--) {
      const from = parseInt(stops.substr(low * 6 + c * 2, 2), 16), to = parseInt(stops.substr(low * 6 + 6 + c * 2, 2), 16);
      color = color * 256 + Math.round(from + (to - from) * part);
    }
    palette[i] = color;
  }
  const place = rate => {
    const part = Math.min(Math.max(rate / model.top, 0), 1);
    return Math.round(255 * (model.root ? Math.sqrt(part) : part));
  };
  const colorOf = new Uint32Array(65536);
  let noneColor = 0, colors = {};

  const rateOf = code => code < firstCode ? 0 : ((code - firstCode) % perPower + 100) / 100 * 10 ** (Math.floor((code - firstCode) / perPower) + leastPower);
  function rateText(code) {
    if (code < firstCode) return code === 1 ? '0' : '';
    const digits = String((code - firstCode) % perPower + 100), power = Math.floor((code - firstCode) / perPower) + leastPower;
    if (power < -4 || power > 11) return digits[0] + '.' + digits.slice(1) + 'e' + power;
    return power < 0 ? '0.' + '0'.repeat(-power - 1) + digits
      : power < 2 ? digits.slice(0, power + 1) + '.' + digits.slice(power + 1)
      : digits + '0'.repeat(power - 2);
  }
  const plainText = rate => rate === 0 ? '0' : rate >= 1e-4 && rate < 1e12 ? String(Number(rate.toPrecision(6))) : rate.toPrecision(3);
  function timeText(ns, step) {
    for (const [name, size] of [['h', 3.6e12], ['min', 6e10], ['s', 1e9], ['ms', 1e6], ['µs', 1e3]]) {
      if (Math.abs(ns) >= size && step >= size / 1e4 || name === 's' && step >= 1e4) return trim(ns / size, step / size) + ' ' + name;
      if (step >= size / 1e3 && name !== 'h' && name !== 'min') return trim(ns / size, step / size) + ' ' + name;
    }
    return Math.round(ns) + ' ns';
  }
  // Marks at whole minutes and hours, where they are that far apart.
  const longSteps = [30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200].map(s => s * 1e9);
  function tickText(ns, step) {
    const [name, size] = step % 3.6e12 === 0 ? ['h', 3.6e12] : step % 6e10 === 0 ? ['min', 6e10] : [];
    if (name) return `${ns / size} ${name}`;
    for (const [name, size] of [['s', 1e9], ['ms', 1e6], ['µs', 1e3]]) if (step >= size / 1e3) return trim(ns / size, step / size) + ' ' + name;
    return Math.round(ns) + ' ns';
  }
  const trim = (value, step) => value.toFixed(Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9))));
  function sizeText(bytes) {
    const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
    let i = 0;
    for (; bytes >= 1024 && i < 6; i++) bytes /= 1024;
    return Number(bytes.toPrecision(4)) + ' ' + names[i];
  }
  const hex = value => '0x' + value.toString(16);

  // A stream that is longer or shorter than the page says is refused.
  async function inflate(id, length) {
    const text = atob(byId(id).textContent);
    byId(id).remove();
    const packed = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
    const bytes = new Uint8Array(length);
    let at = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > length) throw new Error('the data of this page is too long');
      bytes.set(value, at);
      at += value.length;
    }
    if (at !== length) throw new Error('the data of this page is cut off');
    return bytes;
  }
  function numbers(bytes, from, to) {
    let at = from;
    const next = () => {
      let value = 0, factor = 1;
      for (let i = 0; i < 10; i++, factor *= 128) {
        if (at >= to) throw new Error('the data of this page is cut off');
        const byte = bytes[at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
      }
      throw new Error('the data of this page is broken');
    };
    next.signed = () => { const value = next(); return value % 2 ? -(value + 1) / 2 : value / 2; };
    return next;
  }

  const areas = model.areas.map(a => {
    const start = BigInt(a.start), size = BigInt(a.end) - start;
    return { start, bytes: size, size: Number(size), times: a.times, columns: a.columns, codes: null, image: null };
  });
  const names = model.names.map(([start, end, name]) => ({ start: BigInt(start), end: BigInt(end), name }));
  const workingSet = { start: [], end: [], least: [], most: [] };
  let workingSetTop = 1, details = null, area = null, view = null, cursor = null, pending = false;

  function readCells(bytes) {
    let at = 0;
    for (const a of areas) {
      const cells = a.times * a.columns;
      if (at + 2 * cells > bytes.length) throw new Error('the data of this page is cut off');
      a.codes = new Uint16Array(cells);
      for (let i = 0; i < cells; i++) a.codes[i] = bytes[at + i] * 256 + bytes[at + cells + i];
      at += 2 * cells;
    }
    const next = numbers(bytes, at, bytes.length);
    for (let i = 0, time = 0; i < model.wss_points; i++) {
      const start = time + next.signed();
      time = start + next();
      const least = next(), most = least + next();
      workingSet.start.push(start);
      workingSet.end.push(time);
      workingSet.least.push(least);
      workingSet.most.push(most);
      workingSetTop = Math.max(workingSetTop, most);
    }
  }
  function readDetails(bytes) {
    const d = model.details, columns = [];
    let at = 0;
    for (const length of d.lengths) columns.push(numbers(bytes, at, Math.min(at += length, bytes.length)));
    const [snapshots, gaps, sizes, accesses, ages] = columns, unit = 2 ** d.shift;
    const all = {
      time: new Float64Array(d.snapshots), until: new Float64Array(d.snapshots), scale: new Float64Array(d.snapshots), first: new Uint32Array(d.snapshots + 1),
      start: new Float64Array(d.regions), end: new Float64Array(d.regions), accesses: new Uint32Array(d.regions), age: new Float64Array(d.regions), unit, longest: 0,
    };
    let time = 0, region = 0;
    for (let i = 0; i < d.snapshots; i++) {
      all.time[i] = time += snapshots();
      all.until[i] = time += snapshots();
      all.scale[i] = d.scales[snapshots()];
      all.first[i] = region;
      const behind = region + snapshots();
      if (behind > d.regions) throw new Error('the data of this page is broken');
      for (let end = 0; region < behind; region++) {
        const start = end + gaps.signed();
        end = start + sizes();
        all.start[region] = start;
        all.end[region] = end;
        all.accesses[region] = accesses();
        all.age[region] = ages() - 1;
      }
    }
    all.first[d.snapshots] = region;
    details = all;
  }
  const firstAbove = (values, low, high, limit) => {
    while (low < high) {
      const middle = low + high >> 1;
      if (values[middle] <= limit) low = middle + 1; else high = middle;
    }
    return low;
  };

  // One picture of all cells of an area, a pixel for each; zooming only scales it.
  function imageOf(a) {
    if (a.image) return a.image;
    const canvas = document.createElement('canvas');
    canvas.width = a.times;
    canvas.height = a.columns;
    const context = canvas.getContext('2d'), data = context.createImageData(a.times, a.columns), pixels = new Uint32Array(data.data.buffer);
    for (let row = 0; row < a.times; row++) {
      for (let column = 0; column < a.columns; column++) pixels[(a.columns - 1 - column) * a.times + row] = colorOf[a.codes[row * a.columns + column]];
    }
    context.putImageData(data, 0, 0);
    return a.image = canvas;
  }
  function readColors() {
    const style = getComputedStyle(document.documentElement), get = name => style.getPropertyValue(name).trim();
    colors = { ink: get('--ink'), soft: get('--soft'), line: get('--line'), mark: get('--mark'), none: get('--none'), paper: get('--paper') };
    const n = parseInt(colors.none.slice(1), 16);
    noneColor = (0xff000000 | (n & 255) << 16 | n & 0xff00 | n >> 16) >>> 0;
    colorOf[0] = noneColor;
    for (let code = 1; code < 65536; code++) colorOf[code] = palette[place(rateOf(code))];
    for (const a of areas) a.image = null;
  }

  const left = 112, top = 8, bottom = 26, namesWidth = 132;
  // On a narrow screen only the note at the pointer names mappings.
  let right = namesWidth;
  const plot = { width: 0, height: 0 }, between = document.createElement('canvas');
  function fit(canvas) {
    const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    const width = Math.max(Math.round(box.width * ratio), 1), height = Math.max(Math.round(box.height * ratio), 1);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    context.font = '12px system-ui, sans-serif';
    return { context, ratio, width: box.width, height: box.height };
  }
  function ticks(from, to, count, factors) {
    const rough = (to - from) / Math.max(count, 1);
    let step = 1;
    if (factors === 2) step = 2 ** Math.max(Math.ceil(Math.log2(rough)), 0);
    else if (rough > 2e10) step = longSteps.find(s => s >= rough) ?? Math.ceil(rough / 8.64e13) * 8.64e13;
    else {
      const power = 10 ** Math.floor(Math.log10(rough));
      step = [1, 2, 5, 10].find(f => f * power >= rough) * power;
    }
    const result = [];
    for (let at = Math.ceil(from / step) * step; at <= to && result.length < 100; at += step) result.push(at);
    return { step, values: result };
  }
  const full = () => ({ t0: 0, t1: span, a0: 0, a1: area.size });
  const limits = () => ({ time: details ? Math.max(span / 1e6, 1000) : 4 * span / area.times, size: details ? Math.min(area.size, 4 * Math.max(details.unit, 64)) : 4 * area.size / area.columns });
  function show(next) {
    const least = limits();
    const clamp = (low, high, max, min) => {
      const length = Math.min(Math.max(high - low, Math.min(min, max)), max), middle = (low + high) / 2;
      const from = Math.min(Math.max(middle - length / 2, 0), max - length);
      return [from, from + length];
    };
    const [t0, t1] = clamp(next.t0, next.t1, span, least.time), [a0, a1] = clamp(next.a0, next.a1, area.size, least.size);
    view = { t0, t1, a0, a1 };
    redraw();
  }
  function zoom(factor, x, y) {
    const t = view.t0 + (view.t1 - view.t0) * x, a = view.a0 + (view.a1 - view.a0) * y, least = limits();
    const wt = Math.min(Math.max((view.t1 - view.t0) * factor, least.time), span), wa = Math.min(Math.max((view.a1 - view.a0) * factor, least.size), area.size);
    show({ t0: t - wt * x, t1: t + wt * (1 - x), a0: a - wa * y, a1: a + wa * (1 - y) });
  }
  function pan(x, y) {
    const t = (view.t1 - view.t0) * x, a = (view.a1 - view.a0) * y;
    show({ t0: view.t0 + t, t1: view.t1 + t, a0: view.a0 + a, a1: view.a1 + a });
  }
  // Cells until they are seen as such; then the regions themselves, if the page has them.
  function usesRegions() {
    if (!details || view.t1 - view.t0 > span / 2 && view.a1 - view.a0 > area.size / 2) return false;
    const across = plot.width / ((view.t1 - view.t0) / span * area.times), up = plot.height / ((view.a1 - view.a0) / area.size * area.columns);
    if (across < 1.5 && up < 1.5) return false;
    const low = firstAbove(details.until, 0, details.until.length, view.t0), high = firstAbove(details.time, low, details.time.length, view.t1);
    return high - low <= plot.width;
  }
  const absolute = address => (Number(area.start) + address) / details.unit;

  function drawRegions(context, ratio) {
    const width = Math.round(plot.width * ratio), height = Math.round(plot.height * ratio);
    const data = context.createImageData(width, height), pixels = new Uint32Array(data.data.buffer).fill(noneColor);
    const perNs = width / (view.t1 - view.t0), base = absolute(view.a0), end = absolute(view.a1), perUnit = height / (end - base);
    const low = firstAbove(details.until, 0, details.until.length, view.t0);
    for (let i = low; i < details.time.length && details.time[i] < view.t1; i++) {
      const x0 = Math.max(Math.round((details.time[i] - view.t0) * perNs), 0), x1 = Math.min(Math.max(Math.round((details.until[i] - view.t0) * perNs), x0 + 1), width);
      const behind = details.first[i + 1];
      for (let r = firstAbove(details.end, details.first[i], behind, base); r < behind && details.start[r] < end; r++) {
        const y1 = height - Math.max(Math.round((details.start[r] - base) * perUnit), 0), y0 = height - Math.min(Math.round((details.end[r] - base) * perUnit), height);
        const color = palette[place(details.accesses[r] * details.scale[i])];
        for (let y = Math.min(y0, height - 1); y < Math.max(y1, y0 + 1) && y < height; y++) pixels.fill(color, y * width + x0, y * width + x1);
      }
    }
    context.putImageData(data, Math.round(left * ratio), Math.round(top * ratio));
  }
  function draw() {
    pending = false;
    const { context, ratio, width, height } = fit(heat);
    right = width < 560 ? 12 : namesWidth;
    plot.width = Math.max(width - left - right, 50);
    plot.height = Math.max(height - top - bottom, 50);
    heat.dataset.plot = JSON.stringify([left, top, plot.width, plot.height]);
    heat.dataset.view = JSON.stringify([view.t0, view.t1, view.a0, view.a1]);
    const regions = usesRegions();
    if (regions) drawRegions(context, ratio);
    else {
      const image = imageOf(area), sx = view.t0 / span * area.times, sw = (view.t1 - view.t0) / span * area.times;
      const sh = (view.a1 - view.a0) / area.size * area.columns, sy = area.columns - view.a1 / area.size * area.columns;
      const across = Math.round(plot.width * ratio), up = Math.round(plot.height * ratio), shrinksTime = sw > across, shrinksSize = sh > up;
      if (shrinksTime === shrinksSize) {
        context.imageSmoothingEnabled = shrinksTime;
        context.drawImage(image, sx, sy, sw, sh, left, top, plot.width, plot.height);
      } else {
        // What shrinks is averaged, what grows keeps its edges: one after the other.
        between.width = shrinksTime ? across : Math.ceil(sw) + 2;
        between.height = shrinksSize ? up : Math.ceil(sh) + 2;
        const step = between.getContext('2d'), x = shrinksTime ? sx : Math.floor(sx), y = shrinksSize ? sy : Math.floor(sy);
        const w = shrinksTime ? sw : between.width, h = shrinksSize ? sh : between.height;
        step.imageSmoothingEnabled = true;
        step.drawImage(image, x, y, w, h, 0, 0, between.width, between.height);
        context.imageSmoothingEnabled = false;
        context.drawImage(between, shrinksTime ? 0 : sx - x, shrinksSize ? 0 : sy - y, shrinksTime ? across : sw, shrinksSize ? up : sh, left, top, plot.width, plot.height);
      }
    }
    drawAxes(context, width);
    drawWorkingSet();
    drawCursor(context);
    const text = (regions ? 'Regions as monitored: ' : `Cells of ${timeText(span / area.times, span / area.times / 100)} × ${sizeText(area.size / area.columns)} (${area.times} × ${area.columns}): `)
      + `${timeText(view.t0, (view.t1 - view.t0) / 100)} to ${timeText(view.t1, (view.t1 - view.t0) / 100)}, ${sizeText(view.a1 - view.a0)} from ${hex(area.start + BigInt(Math.round(view.a0)))}`;
    if (!(cursor && cursor.keys) && state.textContent !== text) state.textContent = text;
  }
  const xOf = t => left + (t - view.t0) / (view.t1 - view.t0) * plot.width;
  const yOf = a => top + plot.height - (a - view.a0) / (view.a1 - view.a0) * plot.height;
  function drawAxes(context, width) {
    context.fillStyle = colors.soft;
    context.strokeStyle = colors.soft;
    context.lineWidth = 1;
    context.textBaseline = 'top';
    context.textAlign = 'center';
    const times = ticks(view.t0, view.t1, plot.width / 110, 10);
    heat.dataset.times = JSON.stringify(times.values.map(t => tickText(t, times.step)));
    for (const t of times.values) {
      const x = Math.round(xOf(t)) + .5;
      context.beginPath();
      context.moveTo(x, top + plot.height);
      context.lineTo(x, top + plot.height + 4);
      context.stroke();
      context.fillText(tickText(t, times.step), x, top + plot.height + 7);
    }
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    // Round addresses, not round distances from the start of the area.
    const low = BigInt(Math.floor(view.a0)) + area.start, spanBytes = view.a1 - view.a0;
    const step = BigInt(2 ** Math.max(Math.ceil(Math.log2(spanBytes / (plot.height / 40))), 0));
    for (let address = (low + step - 1n) / step * step; Number(address - area.start) <= view.a1; address += step) {
      const y = Math.round(yOf(Number(address - area.start))) + .5;
      context.beginPath();
      context.moveTo(left - 4, y);
      context.lineTo(left, y);
      context.stroke();
      context.fillText(hex(address), left - 7, Math.min(Math.max(y, 8), top + plot.height - 4));
    }
    context.textAlign = 'left';
    let last = -Infinity;
    const from = area.start + BigInt(Math.floor(view.a0)), to = area.start + BigInt(Math.ceil(view.a1));
    const shown = (right < namesWidth ? [] : names).filter(n => n.start < to && n.end > from).map(n => {
      const y1 = Math.min(yOf(Number(n.start - area.start)), top + plot.height), y0 = Math.max(yOf(Number(n.end - area.start)), top);
      return { name: n.name, y0, y1 };
    }).sort((a, b) => (b.y1 - b.y0) - (a.y1 - a.y0)).slice(0, 200);
    const used = [];
    for (const n of shown) {
      const y = Math.min(Math.max((n.y0 + n.y1) / 2, top + 6), top + plot.height - 6);
      if (used.some(u => Math.abs(u - y) < 14)) continue;
      used.push(y);
      context.beginPath();
      context.moveTo(left + plot.width + 4.5, n.y0 + 1);
      context.lineTo(left + plot.width + 4.5, Math.max(n.y1 - 1, n.y0 + 2));
      context.stroke();
      let text = n.name;
      while (text.length > 4 && context.measureText(text).width > width - left - plot.width - 10) text = text.slice(0, -2).replace(/…$/, '') + '…';
      context.fillText(text, left + plot.width + 9, y);
    }
  }
  function drawWorkingSet() {
    const { context, height } = fit(wss), low = top, base = height - 22, size = base - low;
    context.strokeStyle = colors.line;
    context.fillStyle = colors.soft;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const marks = ticks(0, workingSetTop, 4, 2);
    for (const bytes of marks.values) {
      const y = Math.round(base - bytes / workingSetTop * size) + .5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + plot.width, y);
      context.stroke();
      context.fillText(sizeText(bytes), left - 7, y);
    }
    context.save();
    context.beginPath();
    context.rect(left, 0, plot.width, height);
    context.clip();
    context.fillStyle = colors.mark;
    const first = firstAbove(workingSet.end, 0, workingSet.end.length, view.t0);
    for (let i = first; i < workingSet.start.length && workingSet.start[i] < view.t1; i++) {
      const x0 = xOf(workingSet.start[i]), x1 = Math.max(xOf(workingSet.end[i]), x0 + .7);
      const y0 = base - workingSet.most[i] / workingSetTop * size, y1 = base - workingSet.least[i] / workingSetTop * size;
      context.globalAlpha = .22;
      context.fillRect(x0, y1, x1 - x0, base - y1);
      context.globalAlpha = 1;
      context.fillRect(x0, y0 - .75, x1 - x0, Math.max(y1 - y0, 0) + 1.5);
    }
    context.restore();
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.fillStyle = colors.soft;
    const times = ticks(view.t0, view.t1, plot.width / 110, 10);
    for (const t of times.values) context.fillText(tickText(t, times.step), xOf(t), base + 6);
  }
  function drawCursor(context) {
    if (!cursor) { tip.hidden = true; return; }
    const t = view.t0 + (view.t1 - view.t0) * cursor.x, a = view.a0 + (view.a1 - view.a0) * cursor.y;
    const x = left + cursor.x * plot.width, y = top + (1 - cursor.y) * plot.height;
    if (cursor.keys) {
      context.strokeStyle = colors.paper;
      context.lineWidth = 3;
      cross(context, x, y);
      context.strokeStyle = colors.ink;
      context.lineWidth = 1;
      cross(context, x, y);
    }
    tell(t, a);
    tip.dataset.pointer = JSON.stringify([cursor.x, cursor.y]);
    tip.hidden = false;
    const box = tip.getBoundingClientRect(), room = heat.getBoundingClientRect();
    tip.style.left = Math.max(x + 16 + box.width > room.width ? x - 16 - box.width : x + 16, 0) + 'px';
    tip.style.top = Math.max(y + 16 + box.height > room.height ? y - 16 - box.height : y + 16, 0) + 'px';
  }
  function cross(context, x, y) {
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }
  // Snapshot and region at a place; -1 where there is none.
  function regionAt(t, a) {
    const i = firstAbove(details.until, 0, details.until.length, t);
    if (i >= details.time.length || details.time[i] > t) return [-1, -1];
    const at = absolute(a), r = firstAbove(details.end, details.first[i], details.first[i + 1], at);
    return r < details.first[i + 1] && details.start[r] <= at ? [i, r] : [i, -1];
  }
  // Edges as the program that wrote the page cut them: whole numbers, rounded down.
  const timeEdge = row => spanNs * BigInt(row) / BigInt(area.times), edge = column => area.start + area.bytes * BigInt(column) / BigInt(area.columns);
  function indexOf(value, estimate, count, edgeOf) {
    let index = Math.min(Math.max(estimate, 0), count - 1);
    while (index > 0 && edgeOf(index) > value) index--;
    while (index < count - 1 && edgeOf(index + 1) <= value) index++;
    return index;
  }
  function tell(t, a) {
    const whole = area.start + BigInt(Math.floor(Math.min(a, area.size - 1))), ns = BigInt(Math.floor(Math.min(t, span - 1)));
    const rows = [], ageRow = (i, r) => {
      if (r < 0 || details.age[r] < 0) return;
      const age = details.age[r];
      rows.push(['Age', model.unit === 'hz' ? `${timeText(age * 1e9 / details.scale[i], 1e7)} (${age} intervals)` : `${age} aggregation intervals`]);
    };
    const data = tip.dataset;
    let from, to, start, end, text, kind;
    if (usesRegions()) {
      const [i, r] = regionAt(t, a);
      kind = 'region';
      [from, to] = i < 0 ? [Number(ns), Number(ns)] : [details.time[i], details.until[i]];
      [start, end] = r < 0 ? [whole, whole + 1n] : [BigInt(details.start[r]) * BigInt(details.unit), BigInt(details.end[r]) * BigInt(details.unit)];
      text = r < 0 ? '' : plainText(details.accesses[r] * details.scale[i]);
      data.row = i;
      data.column = r;
    } else {
      const row = indexOf(ns, Math.floor(t / span * area.times), area.times, timeEdge), column = indexOf(whole, Math.floor(a / area.size * area.columns), area.columns, edge);
      kind = 'cell';
      [from, to] = [Number(timeEdge(row)), Number(timeEdge(row + 1))];
      [start, end] = [edge(column), edge(column + 1)];
      text = rateText(area.codes[row * area.columns + column]);
      data.row = row;
      data.column = column;
    }
    data.kind = kind;
    data.rate = text;
    data.start = hex(start);
    data.end = hex(end);
    data.from = (startNs + BigInt(from)).toString();
    data.to = (startNs + BigInt(to)).toString();
    const step = Math.max((to - from) / 10, 1);
    rows.push(['Time', `${timeText(from, step)} – ${timeText(to, step)}`]);
    rows.push(['Address', `${hex(start)} – ${hex(end)} (${sizeText(Number(end - start))})`]);
    const name = names.find(n => n.start <= whole && whole < n.end);
    if (name) rows.push(['Mapping', name.name]);
    rows.push(['Rate', text === '' ? 'not monitored' : text + unit]);
    if (details) ageRow(...regionAt(t, a));
    tip.replaceChildren(...rows.flatMap(([term, value]) => [make('dt', term), make('dd', value)]));
    if (cursor.keys) state.textContent = rows.map(r => r.join(' ')).join(', ');
  }
  function make(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }
  function redraw() {
    if (!pending) { pending = true; requestAnimationFrame(draw); }
  }

  function pointed(event) {
    const box = heat.getBoundingClientRect();
    return { x: (event.clientX - box.left - left) / plot.width, y: 1 - (event.clientY - box.top - top) / plot.height };
  }
  const inside = p => p.x >= 0 && p.x < 1 && p.y >= 0 && p.y < 1;
  function listen() {
    let drag = null;
    heat.addEventListener('wheel', event => {
      const at = pointed(event);
      if (!inside(at)) return;
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1);
      zoom(Math.exp(Math.min(Math.max(pixels, -400), 400) * .002), at.x, at.y);
    }, { passive: false });
    heat.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      heat.setPointerCapture(event.pointerId);
      drag = { x: event.clientX, y: event.clientY };
      cursor = null;
    });
    heat.addEventListener('pointermove', event => {
      if (drag) {
        heat.classList.add('dragging');
        pan((drag.x - event.clientX) / plot.width, (event.clientY - drag.y) / plot.height);
        drag = { x: event.clientX, y: event.clientY };
        return;
      }
      const at = pointed(event);
      cursor = inside(at) ? at : null;
      redraw();
    });
    const drop = () => { drag = null; heat.classList.remove('dragging'); };
    heat.addEventListener('pointerup', drop);
    heat.addEventListener('pointercancel', drop);
    heat.addEventListener('pointerleave', () => { if (cursor && !cursor.keys) { cursor = null; redraw(); } });
    heat.addEventListener('dblclick', () => show(full()));
    heat.addEventListener('blur', () => { if (cursor && cursor.keys) { cursor = null; redraw(); } });
    heat.addEventListener('keydown', event => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (way && event.shiftKey) {
        const old = cursor || { x: .5, y: .5 }, bound = v => Math.min(Math.max(v, 0), .9999);
        cursor = { x: bound(old.x + way[0] * .02), y: bound(old.y + way[1] * .02), keys: true };
        redraw();
      } else if (way) pan(way[0] * .1, way[1] * .1);
      else if (event.key === '+' || event.key === '=') zoom(1 / 1.5, cursor ? cursor.x : .5, cursor ? cursor.y : .5);
      else if (event.key === '-' || event.key === '_') zoom(1.5, cursor ? cursor.x : .5, cursor ? cursor.y : .5);
      else if (event.key === '0' || event.key === 'Home') show(full());
      else if (event.key === 'Escape') { cursor = null; redraw(); }
      else return;
      event.preventDefault();
    });
    byId('in').addEventListener('click', () => zoom(1 / 1.5, .5, .5));
    byId('out').addEventListener('click', () => zoom(1.5, .5, .5));
    byId('reset').addEventListener('click', () => show(full()));
    byId('area').addEventListener('change', choose);
    new ResizeObserver(redraw).observe(heat);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColors(); redraw(); });
  }
  function choose() {
    area = areas[Number(byId('area').value)] || areas[0];
    cursor = null;
    show(full());
  }
  function drawLegend() {
    const context = byId('legend').getContext('2d'), data = context.createImageData(256, 1);
    new Uint32Array(data.data.buffer).set(palette);
    context.putImageData(data, 0, 0);
    byId('legend-top').textContent = (model.clipped ? '≥ ' : '') + Number(model.top.toPrecision(3));
    byId('legend-remark').textContent = [model.root ? 'square root scale' : '', model.clipped ? 'hottest 1 % clipped' : ''].filter(r => r).map(r => '(' + r + ')').join(' ');
  }
  async function start() {
    readCells(await inflate('cells', model.cells_bytes));
    readColors();
    drawLegend();
    listen();
    choose();
    if (model.details) readDetails(await inflate('details', model.details.bytes));
    redraw();
    document.documentElement.dataset.ready = 'yes';
  }
  start().catch(error => { state.textContent = 'The heatmap cannot be shown: ' + error.message; });
})();

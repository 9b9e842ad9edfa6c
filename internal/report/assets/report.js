"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("screen and (prefers-color-scheme: dark)");
  const tip = document.getElementById("tip");
  const sync = uPlot.sync("run");
  let charts = {};

  // On paper the page is light and narrow, whatever the screen was.
  let printing = false;
  const onPaper = { ink: "#22262c", quiet: "#626a75", line: "#e3e6ea", band: "#f5f6f8" };
  const paperWidth = 690;
  const ink = name => printing ? onPaper[name] : getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const tone = t => (data.palette[t] || data.palette.unknown)[dark.matches && !printing ? "dark" : "light"];
  const faint = (c, alpha) => c + Math.round(alpha * 255).toString(16).padStart(2, "0");

  // clock writes seconds as mm:ss, or h:mm:ss from an hour on.
  const clock = s => {
    const sign = s < 0 ? "-" : "", two = n => String(n).padStart(2, "0");
    s = Math.round(Math.abs(s));
    const mmss = two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
    return sign + (s >= 3600 ? Math.floor(s / 3600) + ":" + mmss : mmss);
  };
  const round = v => v == null ? "" : Math.abs(v) >= 100 || v === Math.trunc(v) ? String(Math.round(v)) : v.toFixed(Math.abs(v) >= 10 ? 1 : 2);
  const latency = v => v == null ? "" : v >= 1000 ? round(v / 1000) + " s" : round(v) + " ms";

  // table joins the lines of a panel on one axis. A line that holds carries
  // its value to every place and on to the end; one whose points are joined
  // keeps to its own places.
  const table = panel => {
    if (!panel.lines.length) return [[data.from, data.to]];
    const sets = panel.lines.map(l => [l.points.map(p => p[0]), l.points.map(p => p[1])]);
    const joined = uPlot.join(sets.concat([[[data.from, data.to], [null, null]]]), sets.map(() => [2]).concat([[0]]));
    joined.pop();
    panel.lines.forEach((l, i) => {
      if (!l.hold) return;
      const own = new Set(l.points.map(p => p[0]));
      const ys = joined[i + 1];
      let last = null;
      for (let k = 0; k < ys.length; k++) {
        if (own.has(joined[0][k])) last = ys[k] === undefined ? null : ys[k];
        ys[k] = last;
      }
    });
    return joined;
  };

  const bands = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = ink("band");
    data.stages.forEach((s, i) => {
      if (i % 2) return;
      const from = Math.max(u.valToPos(s.from, "x", true), bbox.left), to = Math.min(u.valToPos(s.to, "x", true), bbox.left + bbox.width);
      if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
    });
    ctx.restore();
  };

  // swath fills what predictions span, between their least and most values.
  const swath = panel => u => {
    if (!panel.least || !panel.most) return;
    const { ctx, bbox } = u, hold = panel.id === "tasks";
    const outline = points => {
      const path = [];
      points.forEach(([at, v], i) => {
        if (hold && i) path.push([at, points[i - 1][1]]);
        if (v != null) path.push([at, v]);
      });
      const [at, v] = points[points.length - 1];
      if (hold && v != null) path.push([data.to, v]);
      return path;
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = faint(tone("predicted"), 0.26);
    ctx.beginPath();
    for (const [at, v] of outline(panel.least).concat(outline(panel.most).reverse()))
      ctx.lineTo(u.valToPos(at, "x", true), u.valToPos(v, "y", true));
    ctx.fill();
    ctx.restore();
  };

  const stageNames = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = ink("quiet");
    ctx.font = 12 * devicePixelRatio + "px " + getComputedStyle(document.body).fontFamily;
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    let end = 0; // of the last name written
    for (const s of data.stages) {
      const from = Math.max(u.valToPos(s.from, "x", true), bbox.left), to = Math.min(u.valToPos(s.to, "x", true), bbox.left + bbox.width);
      // A name may stand over half of its own width beyond a short stage, as
      // long as it meets no other name.
      const middle = (from + to) / 2, half = ctx.measureText(s.name).width / 2;
      if (half <= to - from && middle - half > end) {
        ctx.fillText(s.name, middle, bbox.top - 4 * devicePixelRatio);
        end = middle + half + 6 * devicePixelRatio;
      }
    }
    ctx.restore();
  };

  const lines = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineWidth = devicePixelRatio;
    for (const m of data.marks) {
      const x = u.valToPos(m.at, "x", true);
      if (m.notScaled || x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = faint(tone(m.lane), 0.5);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };

  // events draws alarms as bars and activities as triangles, up for more
  // tasks, down for fewer, a ring for one that changed nothing.
  const events = u => {
    const { ctx, bbox } = u, px = devicePixelRatio;
    const row = t => data.lanes.findIndex(l => l.tone === t);
    ctx.save();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const s of data.spans) {
      const i = row(s.lane);
      if (i < 0) continue;
      const from = u.valToPos(s.from, "x", true), to = u.valToPos(s.to, "x", true);
      const top = u.valToPos(s.high ? i + 0.42 : i - 0.24, "y", true), bottom = u.valToPos(s.high ? i + 0.24 : i - 0.42, "y", true);
      ctx.fillStyle = faint(tone(s.lane), s.high ? 0.5 : 0.2);
      ctx.fillRect(from, top, to - from, bottom - top);
    }
    ctx.font = 11 * px + "px " + getComputedStyle(document.body).fontFamily;
    ctx.textBaseline = "middle";
    const triangle = (m, x, y, r) => {
      const tipY = m.to < m.from ? r : -r;
      ctx.moveTo(x - r, y - tipY * 0.8);
      ctx.lineTo(x + r, y - tipY * 0.8);
      ctx.lineTo(x, y + tipY);
      ctx.closePath();
    };
    // A policy that went is a cross, one that came back a plus.
    for (const t of data.turns) {
      const x = u.valToPos(t.at, "x", true), y = u.valToPos(row(t.lane), "y", true), r = 5 * px, k = t.removed ? r * 0.75 : 0;
      ctx.beginPath();
      ctx.strokeStyle = tone(t.lane);
      ctx.lineWidth = 2 * px;
      ctx.moveTo(x - (k || r), y - k);
      ctx.lineTo(x + (k || r), y + k);
      ctx.moveTo(x - k, y + (k || r));
      ctx.lineTo(x + k, y - (k || r));
      ctx.stroke();
      ctx.fillStyle = ink("ink");
      ctx.textAlign = "left";
      ctx.fillText(t.says, x + r + 3 * px, y);
    }
    ctx.lineWidth = 1.2 * px;
    for (const m of data.ghosts) {
      ctx.beginPath();
      ctx.strokeStyle = faint(tone(m.lane), 0.75);
      triangle(m, u.valToPos(m.at, "x", true), u.valToPos(row(m.lane), "y", true), 6 * px);
      ctx.stroke();
    }
    data.marks.forEach((m, i) => {
      const x = u.valToPos(m.at, "x", true), y = u.valToPos(row(m.lane), "y", true), r = 6 * px;
      ctx.beginPath();
      if (m.notScaled) {
        ctx.strokeStyle = faint(tone(m.lane), 0.6);
        ctx.lineWidth = px;
        ctx.arc(x, y, r / 2, 0, 7);
        ctx.stroke();
        return;
      }
      ctx.fillStyle = tone(m.lane);
      triangle(m, x, y, r);
      ctx.fill();
      ctx.fillStyle = ink("ink");
      const free = (n, room) => !n || Math.abs(u.valToPos(n.at, "x", true) - x) > room * px;
      if (free(data.marks[i + 1], 40)) {
        ctx.textAlign = "left";
        ctx.fillText(m.step, x + r + 3 * px, y);
      } else if (free(data.marks[i - 1], 80)) {
        ctx.textAlign = "right";
        ctx.fillText(m.step, x - r - 3 * px, y);
      }
    });
    if (!data.marks.length) {
      ctx.fillStyle = ink("quiet");
      ctx.textAlign = "center";
      ctx.fillText("no scaling activity was seen", bbox.left + bbox.width / 2, bbox.top + bbox.height / 2);
    }
    ctx.restore();
  };

  // hint tells the scaling event that the cursor is near.
  const hint = u => {
    const { left, top } = u.cursor;
    if (left < 0 || !u.over.matches(":hover")) return;
    let near = null, best = 7;
    for (const m of u.panel === "scaling" ? data.marks.concat(data.ghosts) : data.marks) {
      if (m.notScaled && u.panel !== "scaling") continue;
      const d = Math.abs(u.valToPos(m.at, "x") - left);
      if (d < best) [near, best] = [m, d];
    }
    tip.hidden = !near;
    if (!near) return;
    tip.replaceChildren();
    for (const text of [clock(near.at) + "  " + near.step + "  " + near.lane, near.title, near.cause]) {
      const line = document.createElement("div");
      line.textContent = text;
      tip.append(line);
    }
    const box = u.over.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(box.left + left + 14, innerWidth - 440)) + "px";
    tip.style.top = Math.max(8, Math.min(box.top + top + 14, innerHeight - tip.offsetHeight - 8)) + "px";
  };

  // nothing says that a panel has no data, which is not the same as zeros.
  const nothing = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = ink("quiet");
    ctx.font = 12 * devicePixelRatio + "px " + getComputedStyle(document.body).fontFamily;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText("nothing was seen of this", bbox.left + bbox.width / 2, bbox.top + bbox.height / 2);
    ctx.restore();
  };

  const range = panel => (u, lo, hi) => {
    if (panel.id === "scaling") return [-0.6, data.lanes.length - 0.4];
    if (hi == null) return [0, 1];
    for (const p of panel.most || []) hi = Math.max(hi, p[1]);
    if (panel.id === "cpu") return [0, Math.max(100, hi) * 1.05];
    if (panel.id === "tasks") return [0, hi + 0.5];
    return [0, hi > 0 ? hi * 1.12 : 1];
  };

  const series = l => {
    const how = data.palette[l.tone] || data.palette.unknown, color = tone(l.tone);
    return {
      label: l.name, stroke: color, width: how.width * 1.2,
      fill: how.area ? faint(color, 0.2) : undefined,
      dash: l.limit ? [6, 5] : l.dotted ? [2, 3] : undefined,
      points: { show: !l.hold && l.points.length === 1 },
      paths: l.hold ? uPlot.paths.stepped({ align: 1 }) : undefined,
      value: (u, v) => v == null ? "–" : round(v),
    };
  };

  const axes = panel => {
    const own = { stroke: ink("quiet"), grid: { stroke: ink("line"), width: 1 }, ticks: { show: false }, font: "12px sans-serif" };
    const y = { ...own, size: 74 };
    if (panel.id === "scaling") {
      y.splits = () => data.lanes.map((l, i) => i);
      y.values = () => data.lanes.map(l => l.name);
    } else if (panel.log) {
      const decade = v => v != null && Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9;
      y.grid = { ...own.grid, filter: (u, vs) => vs.map(v => decade(v) ? v : null) };
      y.values = (u, vs) => vs.map(v => decade(v) ? latency(v) : "");
    } else if (panel.id === "tasks" || panel.id === "errors") {
      y.incrs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000, 100000];
    }
    const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400];
    return [{ ...own, incrs: minutes, space: 70, size: 30, values: (u, vs) => vs.map(clock) }, y];
  };

  const draw = panel => {
    const box = document.querySelector("#panel-" + panel.id + " .chart");
    const first = panel.id === data.panels[0].id;
    const size = () => ({ width: printing ? paperWidth : box.clientWidth, height: panel.id === "scaling" ? 70 + 52 * data.lanes.length : 190 });
    const scaling = panel.id === "scaling";
    const opts = {
      ...size(),
      padding: [first ? 22 : 8, 22, 0, 0], // half of a time at the right, 1:10:00 among them
      scales: { x: { time: false, range: (u, lo, hi) => [lo, hi] }, y: panel.log ? { distr: 3 } : { range: range(panel) } },
      axes: axes(panel),
      series: [{ label: "time", value: (u, v) => v == null ? "" : clock(v) }].concat(scaling ? [{ label: "events", show: true, points: { show: false } }] : panel.lines.map(l => {
        const s = series(l);
        if (panel.log) s.value = (u, v) => v == null ? "–" : latency(v);
        return s;
      })),
      legend: { show: panel.lines.length > 0, live: true },
      cursor: {
        sync: { key: "run", scales: ["x", null] }, points: { size: 6 }, y: false,
        drag: { x: true, y: false },
        dataIdx: (u, si, at) => {
          const ys = u.data[si];
          if (si === 0 || ys[at] != null) return at;
          for (let d = 1; d < 40; d++) {
            if (ys[at - d] != null) return at - d;
            if (ys[at + d] != null) return at + d;
          }
          return at;
        },
      },
      hooks: {
        drawClear: [bands, swath(panel)],
        draw: [lines].concat(first ? [stageNames] : [], scaling ? [events] : panel.lines.length ? [] : [nothing]),
        setCursor: [hint],
      },
    };
    const values = scaling ? [[data.from, data.to], [null, null]] : table(panel);
    const u = new uPlot(opts, values, box);
    u.panel = panel.id;
    u.over.addEventListener("mouseleave", () => { tip.hidden = true; });
    charts[panel.id] = u;
    return () => u.setSize(size());
  };

  let fits = [];
  const all = () => {
    for (const u of Object.values(charts)) { sync.unsub(u); u.destroy(); }
    charts = {};
    fits = data.panels.map(draw);
    window.charts = charts;
  };
  all();
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; fits.forEach(f => f()); } });
  dark.addEventListener("change", all);
  addEventListener("beforeprint", () => { printing = true; all(); });
  addEventListener("afterprint", () => { printing = false; all(); });
})();

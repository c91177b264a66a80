// Draws <div class="chart" data-v="2023:22.6,2024:43.7" data-u="GWh"></div> as a small bar chart.
for (const el of document.querySelectorAll('.chart')) {
  const v = el.dataset.v.split(',').map(s => s.split(':'));
  const max = Math.max(...v.map(x => +x[1])) * 1.18, w = 460, h = 130, step = w / v.length;
  let s = `<svg width="${w}" height="${h + 22}" font-size="9" font-family="${document.documentElement.lang === 'en' ? 'Liberation Sans' : 'WenQuanYi Micro Hei'}"><text x="0" y="9">${el.dataset.u || ''}</text>`;
  v.forEach(([k, n], i) => {
    const bh = Math.max(1, n / max * (h - 10)), x = i * step + step * .25;
    s += `<rect x="${x}" y="${h - bh}" width="${step * .5}" height="${bh}" fill="#4a74b8"/><text x="${x + step * .25}" y="${h - bh - 3}" text-anchor="middle">${n}</text><text x="${x + step * .25}" y="${h + 12}" text-anchor="middle">${k}</text>`;
  });
  el.innerHTML = s + `<line x1="0" x2="${w}" y1="${h}" y2="${h}" stroke="#333"/></svg>`;
}

package org.finetune4j.html;

/** How pages look: one column that fits a phone, light or dark as the reader's system is. */
final class PageStyle {
  static final String CSS =
      """

      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem; }
      h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
      h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #8884; }
      p, figcaption { overflow-wrap: anywhere; }
      .headline strong { font-size: 2.2rem; margin-right: .4rem; }
      .note { font-size: .9rem; opacity: .75; max-width: 46rem; margin: .4rem 0; }
      .warning { border-left: 4px solid #d80; padding: .3rem .8rem; background: #d801; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid #8883; }
      th:first-child, td:first-child, .name { text-align: left; }
      .facts th, .facts td { text-align: left; vertical-align: top; overflow-wrap: anywhere; min-width: 7rem; }
      .matrix { margin: 1.2rem 0; }
      .matrix td, .matrix th:not(:first-child) { text-align: center; }
      .matrix td { min-width: 3.4rem; line-height: 1.2; border: 1px solid #8883; }
      .matrix th { font-weight: normal; }
      .matrix small { display: block; opacity: .8; }
      .chart { display: block; width: 100%; min-width: 36rem; max-width: 50rem; height: auto; margin: 1rem 0; background: #fff; border-radius: 6px; }
      .thumbnails { display: flex; flex-wrap: wrap; gap: 1rem; }
      figure { margin: 0; width: 160px; font-size: .85rem; line-height: 1.3; }
      .thumbnail { display: block; max-width: 160px; border-radius: 4px; }
      .group { display: inline-block; vertical-align: top; max-width: 100%; box-sizing: border-box; margin: 0 .6rem .6rem 0; padding: .6rem; border: 1px solid #8884; border-radius: 6px; }
      .group .thumbnails { gap: .6rem; }
      @media (max-width: 30rem) { table { font-size: .9rem; } th, td { padding: .25rem .35rem; } .group { display: block; margin-right: 0; } .group figure { width: calc(50% - .3rem); } .thumbnail { max-width: 100%; } }
      .group p { margin: .4rem 0 0; font-size: .85rem; max-width: 40rem; }
      figcaption::first-line { font-weight: 600; }
      td:not(:first-child):not(:last-child) { white-space: nowrap; }
      pre { overflow-x: auto; font-size: .8rem; }
      """;

  private PageStyle() {}
}

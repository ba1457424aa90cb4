// What scrolls inside itself — wide code, tables, formulas — can be reached with the keyboard.
const scrollable = "article :is(pre, div.math, .output, .pst-scrollable-table-container)";
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries)
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
});
for (const element of document.querySelectorAll(scrollable)) watch.observe(element);

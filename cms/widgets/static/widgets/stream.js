// A stream of widgets in the editor. A widget that is missing can be shown,
// moved and removed, but nobody can pick it for a new place.
(function () {
  const MISSING = "missing_widget";

  class WidgetStreamBlockDefinition extends window.wagtailStreamField.blocks.StreamBlockDefinition {
    constructor(name, groupedChildBlockDefs, initialChildStates, meta) {
      super(name, groupedChildBlockDefs, initialChildStates, meta);
      this.groupedChildBlockDefs = groupedChildBlockDefs
        .map(([group, definitions]) => [
          group,
          definitions.filter((definition) => definition.name !== MISSING),
        ])
        .filter(([, definitions]) => definitions.length > 0);
    }
  }

  window.telepath.register("sen.widgets.WidgetStreamBlock", WidgetStreamBlockDefinition);
})();

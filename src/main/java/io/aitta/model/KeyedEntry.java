package io.aitta.model;

/** An entry and its key. */
public record KeyedEntry(Key key, Entry entry) {}

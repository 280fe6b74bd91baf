package io.aitta.cli;

import picocli.CommandLine;

/** What {@code --version} prints: the version in the jar's manifest. */
final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"aitta " + text()};
  }

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(built from source, without a jar)" : version;
  }
}

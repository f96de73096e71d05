package org.finetune4j.weights.download;

import java.net.URI;
import java.nio.file.Path;

/**
 * A file to be fetched.
 *
 * @param address where it is, http or https
 * @param target where it goes; what is there already is continued
 * @param size how long it must be, or -1 if that is not known
 * @param checked whether the caller compares a checksum afterwards; without one, a broken download
 *     is continued only if the server says that its file is still the same
 * @param task what is told to the progress listener
 */
public record Download(URI address, Path target, long size, boolean checked, String task) {}

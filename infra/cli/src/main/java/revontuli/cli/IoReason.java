package revontuli.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/// Why a file could not be used, in words: many of Java's exceptions carry only the path as their message.
public final class IoReason {
    private IoReason() {}

    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case FileAlreadyExistsException taken -> taken.getFile() + " exists already";
            case AccessDeniedException _ -> "it may not be opened by you";
            default -> String.valueOf(failure.getMessage());
        };
    }
}

using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace FhirGateway.CommandLine;

/// <summary>Why the gateway did not start, in words for whoever started it.</summary>
/// <param name="ExitCode">2 for settings that must be changed; 1 for what the machine refuses.</param>
/// <param name="Sentences">What is wrong and what to do.</param>
public sealed record StartFailure(int ExitCode, IReadOnlyList<string> Sentences)
{
    /// <summary>The failure in words; null for what nobody expects, which keeps its stack trace.</summary>
    public static StartFailure? Of(Exception failure) => failure switch
    {
        OptionsValidationException invalid => new(GatewayCommand.UsageError, [.. invalid.Failures]),
        InvalidDataException unreadable => Settings(Unreadable(unreadable)),
        IOException { InnerException: AddressInUseException } inUse => Machine($"{inUse.Message} Choose another with --urls."),
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            Machine("The gateway may not listen on its address: ports below 1024 need a privilege. Choose another with --urls."),
        SocketException socket => Machine($"The gateway can't listen on its address ({socket.Message}). Choose another with --urls."),
        FormatException format => Settings(format.Message),
        UnauthorizedAccessException denied => Machine(denied.Message),
        IOException io => Machine(io.Message),
        InvalidOperationException refused when IsSentence(refused) => Machine(refused.Message),
        _ => null,
    };

    private static StartFailure Settings(string sentence) => new(GatewayCommand.UsageError, [sentence]);

    private static StartFailure Machine(string sentence) => new(1, [sentence]);

    // The reader's own message quotes what it read, which may be a secret: its position is all that is told.
    private static string Unreadable(InvalidDataException failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is JsonException json)
            {
                var at = $"line {(json.LineNumber ?? 0) + 1}, byte {(json.BytePositionInLine ?? 0) + 1}";
                return $"{failure.Message} It is not valid JSON at {at}.";
            }
        }

        return failure.InnerException is FormatException twice ? $"{failure.Message} {twice.Message}" : failure.Message;
    }

    // Ours, or the server's own about its endpoints: both are written for whoever starts the program.
    private static bool IsSentence(InvalidOperationException failure) =>
        failure.TargetSite?.DeclaringType?.Namespace is { } room
        && (room.StartsWith("FhirGateway", StringComparison.Ordinal)
            || room.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
}

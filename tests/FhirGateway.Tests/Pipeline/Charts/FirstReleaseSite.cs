using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using Microsoft.Data.Sqlite;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A site as the first release left it: its ledger's file, and on the destination what it wrote, by the vendor's own ids and without a
/// word of
/// the subject. Then today's program is started on both.
/// </summary>
internal sealed class FirstReleaseSite : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("first-release");
    private readonly SandboxServer _sandbox = new(TimeProvider.System);
    private readonly bool _isReal;
    private int _messages;

    private FirstReleaseSite(bool isReal) => _isReal = isReal;

    /// <summary>The destination, before today's program comes; it has no part in it.</summary>
    public Hospital Before { get; private set; } = null!;

    private string Ledger => Path.Combine(_folder.FullName, "ledger.db");

    public static async Task<FirstReleaseSite> OpenAsync(bool isReal)
    {
        var site = new FirstReleaseSite(isReal);
        site.Before = await Hospital.OpenAsync(isReal, sandbox: site._sandbox);
        await using var file = await site.FileAsync();
        await file.ExecuteAsync(FirstReleaseLedger.Sql);
        return site;
    }

    /// <summary>Starts today's program.</summary>
    public Task<Hospital> UpgradeAsync(string? identifierBase = null) => Hospital.OpenAsync(
        _isReal, Ledger, new() { ["Gateway:IdentifierBase"] = identifierBase }, _sandbox, Before.Run);

    /// <summary>
    /// A note of Insight Health as the first release delivered it; answers where its DocumentReference and Composition lie.
    /// </summary>
    /// <param name="setKey">What the first release called the document.</param>
    public async Task<(string Delivery, string Document, string Composition)> NoteAsync(
        string message, string patient, string setKey, string? composition = null, string? order = null)
    {
        var id = JsonElement.Parse(message).GetProperty("summary_id").GetString()!;
        var title = JsonElement.Parse(message).GetProperty("template_name").GetString()!;
        var uuid = $"urn:uuid:{id.ToLowerInvariant()}";
        var document = await Before.CreateAsync("DocumentReference", $$"""
            "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "{{uuid}}" },
            "identifier": [ { "system": "urn:fhir-gateway:insight-health:document", "value": "{{setKey}}" } ],
            "status": "current", "subject": { "reference": "{{patient}}" }, "content": [ { "attachment": { "title": "{{title}}" } } ]
            """);
        composition ??= await Before.CreateAsync("Composition", $$"""
            "identifier": { "system": "urn:fhir-gateway:insight-health:document", "value": "{{setKey}}" },
            "status": "preliminary", "type": { "text": "{{title}}" }, "subject": { "reference": "{{patient}}" }, "date": "2026-03-02T10:00:00Z",
            "author": [ { "display": "AI" } ], "title": "{{title}}"
            """);
        var delivery = await RecordAsync("insight-health", message, id, "note", [document, composition], setKey, $$"""
            { "System": "urn:ietf:rfc:3986", "Value": "{{uuid}}" }
            """, $$"""[ { "ResourceType": "DocumentReference", "System": "urn:ietf:rfc:3986", "Value": "{{uuid}}", "Condition": "as it was" } ]""", uuid[9..], order);
        return (delivery, document, composition);
    }

    /// <summary>A message and its delivery, as the first release recorded them once they were delivered.</summary>
    public async Task<string> RecordAsync(
        string source, string message, string eventKey, string eventType, IReadOnlyList<string> written, string? setKey, string document =
            "null", string owned = "[]",
        string? versionId = null, string? order = null)
    {
        var (body, number) = (Encoding.UTF8.GetBytes(message), ++_messages);
        var at = $"2026-03-02T10:00:{number.ToString("00", CultureInfo.InvariantCulture)}.0000000Z";
        var id = Guid.CreateVersion7().ToString();
        await using var file = await FileAsync();
        await file.ExecuteAsync(
            """
            INSERT INTO message (id, source, identity, content_type, received_at, body_bytes, body_sha256, body)
            VALUES (@messageId, @source, @eventKey, 'application/json', @at, @length, @digest, @body);
            INSERT INTO delivery (id, message_id, source, event_key, event_type, lane, state, attempts, receipt, received_at, changed_at)
            VALUES (@id, @messageId, @source, @eventKey, @eventType, @lane, 'delivered', 1, @receipt, @at, @at);
            """,
            new
            {
                id,
                messageId = "m" + id,
                source,
                eventKey,
                eventType,
                at,
                body,
                lane = setKey ?? eventKey,
                length = body.Length,
                digest = Convert.ToHexStringLower(SHA256.HashData(body)),
                receipt = JsonSerializer.Serialize(
                    new { resources = written.Select(reference => new { status = 201, reference, version = "1" }) }),
            });
        if (setKey is null) return id;
        await file.ExecuteAsync(
            """
            INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, document, owned)
            VALUES (@id, @number, @source, @setKey, @versionId, @order, @document, @owned)
            """,
            new { id, number, source, setKey, versionId = versionId ?? eventKey, order = $"{order ?? at}|{at}|m{id}", document, owned });
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await Before.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private async Task<SqliteConnection> FileAsync()
    {
        var file = new SqliteConnection($"Data Source={Ledger};Pooling=false");
        await file.OpenAsync();
        return file;
    }
}

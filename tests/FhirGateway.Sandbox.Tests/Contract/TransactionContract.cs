namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class TransactionContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task Placeholders_become_references_to_what_was_made()
    {
        var reply = await Server.Transact(
            Entry("POST", "Encounter", Encounter(Urn(1)), Urn(2)),
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1"), Urn(1)),
            Entry(
                "PUT", $"Provenance/{Mark}",
                $$$"""{"resourceType":"Provenance","id":"{{{Mark}}}","target":[{"reference":"{{{Urn(2)}}}"}]"""
                    + $$$""","recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}"""));
        Assert.Equal(200, reply.Status);
        Assert.Equal("transaction-response", reply.Text("type"));
        Assert.Equal(["201", "201", "201"], reply.Statuses);
        Assert.Equal($"Provenance/{Mark}", reply.Location(2));
        Assert.Equal(reply.Location(1), (string?)(await Server.Get(reply.Location(0))).Body!["subject"]!["reference"]);
        Assert.Equal(reply.Location(0), (string?)(await Server.Get($"Provenance/{Mark}")).Body!["target"]![0]!["reference"]);
    }

    [Fact]
    public async Task Entries_answer_with_location_etag_time_and_outcome()
    {
        var reply = await Server.Transact(Entry("PUT", $"Patient?identifier={System}|1", Patient("1")));
        var response = reply.Entries[0]["response"]!;
        Assert.Equal("201 Created", (string?)response["status"]);
        Assert.EndsWith("/_history/1", (string?)response["location"], StringComparison.Ordinal);
        Assert.Equal("1", (string?)response["etag"]);
        Assert.NotNull(response["lastModified"]);
        Assert.Equal(
            "SUCCESSFUL_UPDATE_NO_CONDITIONAL_MATCH", (string?)response["outcome"]!["issue"]![0]!["details"]!["coding"]![0]!["code"]);
        Assert.Null(reply.Entries[0]["resource"]);
    }

    [Fact]
    public async Task A_representation_comes_only_when_preferred()
    {
        var bundle = $$"""{"resourceType":"Bundle","type":"transaction","entry":"""
            + $$"""[{{Entry("PUT", $"Patient?identifier={System}|1", Patient("1"))}}]}""";
        Assert.Null((await Server.Post("", bundle, ("Prefer", "return=minimal"))).Entries[0]["resource"]);
        Assert.Equal(
            "Patient",
            (string?)(await Server.Post("", bundle, ("Prefer", "return=representation"))).Entries[0]["resource"]!["resourceType"]);
    }

    [Fact]
    public async Task Sent_twice_it_leaves_the_server_as_sent_once()
    {
        string[] entries =
        [
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1"), Urn(1)),
            Entry(
                "POST", "Device", $$"""{"resourceType":"Device","identifier":[{"system":"{{System}}","value":"d"}]}""", Urn(2),
                $"\"ifNoneExist\":\"identifier={System}|d\""),
            Entry(
                "PUT", $"Composition?identifier={System}|c",
                $$"""{"resourceType":"Composition","identifier":{"system":"{{System}}","value":"c"},"status":"preliminary","subject":"""
                    + $$"""{"reference":"{{Urn(1)}}"},"author":[{"reference":"{{Urn(2)}}"}]}""",
                Urn(3)),
        ];
        var first = await Server.Transact(entries);
        var second = await Server.Transact(entries);
        Assert.Equal(["201", "201", "201"], first.Statuses);
        Assert.Equal(["200", "200", "200"], second.Statuses);
        for (var entry = 0; entry < 3; entry++)
        {
            Assert.Equal((string?)first.Entries[entry]["response"]!["location"], (string?)second.Entries[entry]["response"]!["location"]);
        }

        Assert.Equal(1, (await Server.Get($"Composition?identifier={System}|c")).Total);
    }

    [Fact]
    public async Task One_bad_entry_undoes_all()
    {
        var good = Entry("POST", "Patient", Patient("1"));
        foreach (var bad in new[]
        {
            Entry("POST", "Encounter", Encounter($"Patient/{Mark}")),
            Entry("POST", "Encounter", Encounter(Urn(99))),
            Entry("POST", "Patient", """{"resourceType":"Patient","gender":"nonsense"}"""),
            Entry("PUT", "Patient/987654321", """{"resourceType":"Patient","id":"987654321"}"""),
        })
        {
            IsOutcome(await Server.Transact(good, bad), 400);
        }

        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task A_conditional_reference_to_none_is_404_to_several_412()
    {
        var encounter = Entry("POST", "Encounter", Encounter($"Patient?identifier={System}|1"));
        IsOutcome(await Server.Transact(encounter), 404);
        await Server.Post("Patient", Patient("1"));
        Assert.Equal(["201"], (await Server.Transact(encounter)).Statuses);
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Transact(encounter), 412);
    }

    [Fact]
    public async Task A_conditional_reference_may_mean_an_entry_with_the_same_condition()
    {
        var reply = await Server.Transact(
            Entry("POST", "Encounter", Encounter($"Patient?identifier={System}|1")),
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1")));
        Assert.Equal(["201", "201"], reply.Statuses);
        Assert.Equal(reply.Location(1), (string?)(await Server.Get(reply.Location(0))).Body!["subject"]!["reference"]);
    }

    [Fact]
    public async Task The_same_condition_in_another_spelling_does_not_mean_the_entry() => IsOutcome(await Server.Transact(
        Entry("POST", "Encounter", Encounter($"Patient?identifier={Uri.EscapeDataString(System + "|1")}")),
        Entry("PUT", $"Patient?identifier={System}|1", Patient("1"))), 404);

    [Fact]
    public async Task A_plain_create_is_not_found_by_conditional_references_of_its_bundle() => IsOutcome(await Server.Transact(
        Entry("POST", "Encounter", Encounter($"Patient?identifier={System}|1")),
        Entry("POST", "Patient", Patient("1"))), 404);

    [Fact]
    public async Task Conditions_that_match_several_are_412()
    {
        await Server.Post("Patient", Patient("1"));
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Transact(Entry("PUT", $"Patient?identifier={System}|1", Patient("1"))), 412);
        IsOutcome(await Server.Transact(Entry("POST", "Patient", Patient("1"), more: $"\"ifNoneExist\":\"identifier={System}|1\"")), 412);
    }

    [Fact]
    public async Task What_a_condition_creates_must_meet_it() =>
        IsOutcome(await Server.Transact(Entry("PUT", $"Patient?identifier={System}|1", Patient("2"))), 412);

    [Fact]
    public async Task One_identity_twice_is_400()
    {
        var conditional = Entry("PUT", $"Patient?identifier={System}|1", Patient("1"));
        IsOutcome(await Server.Transact(conditional, conditional), 400);
        var create = Entry("POST", "Patient", Patient("1"), more: $"\"ifNoneExist\":\"identifier={System}|1\"");
        IsOutcome(await Server.Transact(create, create), 400);
        var direct = Entry("PUT", $"Patient/{Mark}", Patient("1", id: Mark));
        IsOutcome(await Server.Transact(direct, direct), 400);
        var named = Entry("POST", "Patient", Patient("1"), Urn(1));
        IsOutcome(await Server.Transact(named, named), 400);
        IsOutcome(
            await Server.Transact(
                Entry("PUT", $"Patient?identifier={System}|1", Patient("1"), Urn(1)), Entry("POST", "Patient", Patient("1"), Urn(2))),
            400);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task The_same_condition_under_two_full_urls_is_one_resource_and_one_answer()
    {
        var reply = await Server.Transact(
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1"), Urn(1)),
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1", "\"active\":true"), Urn(2)),
            Entry("POST", "Encounter", Encounter(Urn(2)), Urn(3)));
        Assert.Equal(["201", "201"], reply.Statuses);
        Assert.Equal(reply.Location(0), (string?)(await Server.Get(reply.Location(1))).Body!["subject"]!["reference"]);
        Assert.False((await Server.Get(reply.Location(0))).Body!.ContainsKey("active"));
    }

    [Fact]
    public async Task If_match_is_checked()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var stale = Entry("PUT", $"Patient/{Mark}", Patient("2", id: Mark), more: "\"ifMatch\":\"W/\\\"7\\\"\"");
        IsOutcome(await Server.Transact(Entry("POST", "Patient", Patient("3")), stale), 409);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|3")).Total);
        Assert.Equal(
            ["200"],
            (await Server.Transact(Entry("PUT", $"Patient/{Mark}", Patient("2", id: Mark), more: "\"ifMatch\":\"W/\\\"1\\\"\""))).Statuses);
    }

    [Fact]
    public async Task A_predecessor_is_superseded_with_its_successor()
    {
        string Document(string version, string more) =>
            $$$"""{"resourceType":"DocumentReference","status":"current","masterIdentifier":"""
                + $$$"""{"system":"{{{System}}}","value":"{{{version}}}"},"content":[{"attachment":"""
                    + $$$"""{"contentType":"text/plain"}}]{{{more}}}}""";
        await Server.Transact(Entry("PUT", $"DocumentReference?identifier={System}|v1", Document("v1", ""), Urn(1)));
        var relates = $$$"""
            ,"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference?identifier={{{System}}}|v1"}}]
            """.Trim();
        string[] entries =
        [
            Entry(
                "PATCH", $"DocumentReference?identifier={System}|v1",
                Patch("replace", "DocumentReference.status", Part("value", "Code", "\"superseded\""))),
            Entry("PUT", $"DocumentReference?identifier={System}|v2", Document("v2", relates), Urn(2)),
        ];
        var reply = await Server.Transact(entries);
        Assert.Equal(["200", "201"], reply.Statuses);
        Assert.Equal("superseded", (await Server.Get(reply.Location(0))).Text("status"));
        Assert.Equal(reply.Location(0), (string?)(await Server.Get(reply.Location(1))).Body!["relatesTo"]![0]!["target"]!["reference"]);

        var again = await Server.Transact(entries);
        Assert.Equal(["200", "200"], again.Statuses);
        Assert.Equal("2", (string?)again.Entries[0]["response"]!["etag"]);
    }

    [Fact]
    public async Task A_patch_that_finds_nothing_undoes_all()
    {
        IsOutcome(await Server.Transact(
            Entry("POST", "Patient", Patient("1")),
            Entry(
                "PATCH", $"DocumentReference?identifier={System}|none",
                Patch("replace", "DocumentReference.status", Part("value", "Code", "\"superseded\"")))), 404);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task A_patch_sees_what_the_bundle_wrote()
    {
        var reply = await Server.Transact(
            Entry(
                "PATCH", $"Patient?identifier={System}|1",
                Patch("add", "Patient", Part("name", "String", "\"active\""), Part("value", "Boolean", "true"))),
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1")));
        Assert.Equal(["200", "201"], reply.Statuses);
        Assert.True((bool)(await Server.Get(reply.Location(1))).Body!["active"]!);
    }

    [Fact]
    public async Task Urls_are_filled_narrative_is_not()
    {
        var document = $$$"""
            {"resourceType":"DocumentReference","status":"current","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{{{Urn(1)}}}\">x</a></div>"},
             "description":"{{{Urn(1)}}}","content":[{"attachment":{"url":"{{{Urn(1)}}}"}}]}
            """;
        var reply = await Server.Transact(
            Entry("POST", "DocumentReference", document, Urn(2)),
            Entry("POST", "Binary", """{"resourceType":"Binary","contentType":"text/plain","data":"eA=="}""", Urn(1)));
        var stored = (await Server.Get(reply.Location(0))).Body!;
        Assert.Equal(reply.Location(1), (string?)stored["content"]![0]!["attachment"]!["url"]);
        Assert.Equal(Urn(1), (string?)stored["description"]);
        Assert.Contains(Urn(1), (string?)stored["text"]!["div"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_url_of_type_and_id_is_a_placeholder_too()
    {
        var reply = await Server.Transact(
            Entry("POST", "Patient", Patient("1", id: Mark), $"http://elsewhere.test/Patient/{Mark}"),
            Entry("POST", "Encounter", Encounter($"Patient/{Mark}")));
        Assert.Equal(["201", "201"], reply.Statuses);
        Assert.Equal(reply.Location(0), (string?)(await Server.Get(reply.Location(1))).Body!["subject"]!["reference"]);
    }

    [Fact]
    public async Task Entries_may_refer_to_ids_that_later_entries_create()
    {
        var reply = await Server.Transact(
            Entry("POST", "Encounter", Encounter($"Patient/{Mark}")), Entry("PUT", $"Patient/{Mark}", Patient("1", id: Mark)));
        Assert.Equal(["201", "201"], reply.Statuses);
    }

    [Fact]
    public async Task Deletions_go_first_and_may_take_what_refers_to_each_other()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Put($"Encounter/{Mark}", Encounter($"Patient/{Mark}", $"\"id\":\"{Mark}\""));
        IsOutcome(await Server.Transact(Entry("DELETE", $"Patient/{Mark}")), 409);
        var reply = await Server.Transact(Entry("DELETE", $"Patient/{Mark}"), Entry("DELETE", $"Encounter/{Mark}"));
        Assert.Equal(["204", "204"], reply.Statuses);
        IsOutcome(await Server.Get($"Patient/{Mark}"), 410);
    }

    [Fact]
    public async Task Reads_come_last_and_see_everything()
    {
        var reply = await Server.Transact(
            Entry("GET", $"Patient?identifier={System}|1"),
            Entry("GET", $"Patient/{Mark}"),
            Entry("GET", $"Patient/{Mark}x"),
            Entry("PUT", $"Patient/{Mark}", Patient("1", id: Mark)));
        Assert.Equal(["200", "200", "404", "201"], reply.Statuses);
        Assert.Equal(1, (int)reply.Resources[0]["total"]!);
        Assert.Equal(Mark, (string?)reply.Resources[1]["id"]);
    }

    [Fact]
    public async Task In_a_bundle_the_url_names_the_id_whatever_the_body_says()
    {
        Assert.Equal(["201"], (await Server.Transact(Entry("PUT", $"Patient/{Mark}", Patient("1")))).Statuses);
        Assert.Equal(["200"], (await Server.Transact(Entry("PUT", $"Patient/{Mark}", Patient("1", id: Mark + "x")))).Statuses);
        IsOutcome(await Server.Get($"Patient/{Mark}x"), 404);
    }

    [Fact]
    public async Task Bad_bundles_are_400()
    {
        IsOutcome(await Server.Bundle("collection"), 400);
        IsOutcome(await Server.Bundle("nonsense"), 400);
        IsOutcome(await Server.Post("", Patient("1")), 400);
        IsOutcome(await Server.Transact($$"""{"resource":{{Patient("1")}}}"""), 400);
        IsOutcome(await Server.Transact(Entry("NONSENSE", "Patient", Patient("1"))), 400);
        IsOutcome(await Server.Transact(Entry("POST", "Patient")), 400);
        IsOutcome(await Server.Transact(Entry("POST", "Nonsense", Patient("1"))), 400);
        IsOutcome(await Server.Transact(Entry("POST", "Patient", """{"resourceType":"Nonsense"}""")), 400);
        IsOutcome(await Server.Transact(Entry("PUT", "Patient", Patient("1"))), 400);
        IsOutcome(await Server.Transact(Entry("PUT", "Patient?nonsense=1", Patient("1"))), 400);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task An_empty_transaction_is_answered_by_an_empty_one()
    {
        var reply = await Server.Post("", """{"resourceType":"Bundle","type":"transaction"}""");
        Assert.Equal(200, reply.Status);
        Assert.Empty(reply.Entries);
    }

    [Fact]
    public async Task A_batch_does_what_it_can()
    {
        var reply = await Server.Bundle("batch",
            Entry("POST", "Patient", Patient("1")),
            Entry("POST", "Encounter", Encounter($"Patient/{Mark}")),
            Entry("GET", $"Patient/{Mark}"));
        Assert.Equal("batch-response", reply.Text("type"));
        Assert.Equal(["201", "400", "404"], reply.Statuses);
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }
}

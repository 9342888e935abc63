#!/usr/bin/env bash
# Of:     Hl7.Fhir.R4 6.8.0 (NuGet), .NET SDK 10.0.
# Seen 2026-11-28, on that version.
# Says the specification: R4 narrative.html: the div is XHTML and carries the clinical content. In XHTML a run of blanks between
#         two inline elements is a word space, and inside <pre> every blank counts; R4 xml.html does not let a reader drop it.
# Does:   FhirXmlDeserializer reads a string with a reader that throws away text made of nothing but white space: words in
#         neighbouring inline elements grow together, lines in <pre> are joined. FhirClient, which asks for XML unless told
#         otherwise, does the same. An XmlReader made by the caller, or JSON, keeps the text.
# Why it matters here: "<b>Dose:</b> <i>5 mg</i>" is read as "Dose:5 mg", "<b>2</b> <b>tablets</b>" as "2tablets". A gateway that
#         reads a note, compares or amends it and writes it back must use JSON, or hand the deserializer an XmlReader.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >seen.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Hl7.Fhir.R4" Version="6.8.0" />
    <PackageReference Include="Microsoft.Extensions.Caching.Memory" Version="10.0.10" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using Hl7.Fhir.Serialization;

var json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);
foreach (var inner in new[]
{
    "<p><b>Dose:</b> <i>5 mg</i></p>", "<p>take <b>2</b> <b>tablets</b></p>", "<pre><b>one</b>\n<b>two</b></pre>",
})
{
    var div = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>";
    var xml = $"<Basic xmlns=\"http://hl7.org/fhir\"><id value=\"1\"/><text><status value=\"additional\"/>{div}</text>"
        + "<code><text value=\"note\"/></code></Basic>";
    var sent = new Basic { Code = new() { Text = "note" }, Text = new() { Status = Narrative.NarrativeStatus.Additional, Div = div } };

    Say("XML text  ", FhirXmlDeserializer.DEFAULT.DeserializeResource(xml));
    var client = new FhirClient("http://fhir.example.org/", messageHandler: new Answer(xml));
    Say("FhirClient", await client.ReadAsync<Basic>("Basic/1"));
    Say("XmlReader ", FhirXmlDeserializer.DEFAULT.DeserializeResource(XmlReader.Create(new StringReader(xml))));
    Say("JSON      ", JsonSerializer.Deserialize<Basic>(JsonSerializer.Serialize(sent, json), json));
}

static void Say(string how, Resource resource)
{
    var text = new StringBuilder();
    using var reader = XmlReader.Create(new StringReader(((Basic)resource).Text.Div));
    while (reader.Read())
    {
        text.Append(reader.NodeType is XmlNodeType.Element or XmlNodeType.EndElement ? "" : reader.Value);
    }

    Console.WriteLine($"{how} {text.ToString().Replace("\n", "\\n")}");
}

sealed class Answer(string xml) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent(xml, Encoding.UTF8, "application/fhir+xml"),
        });
}
CS
cat >seen.txt <<'TXT'
XML text   Dose:5 mg
FhirClient Dose:5 mg
XmlReader  Dose: 5 mg
JSON       Dose: 5 mg
XML text   take 2tablets
FhirClient take 2tablets
XmlReader  take 2 tablets
JSON       take 2 tablets
XML text   onetwo
FhirClient onetwo
XmlReader  one\ntwo
JSON       one\ntwo
TXT
dotnet run -v q >now.txt
cat now.txt
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-28:"; diff seen.txt now.txt; exit 1; }

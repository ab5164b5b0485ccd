# The instances, and how they are reached.

resource "aws_instance" "web" {
  count = 2

  ami                    = data.aws_ami.host.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.tier["public-${count.index}"].id
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = "#!/bin/sh\necho web server ${count.index} is up\n"

  tags = { Name = "web-${count.index}" }
}

# An address that stays.
resource "aws_eip" "web" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

resource "aws_eip_association" "web" {
  allocation_id = aws_eip.web.id
  instance_id   = aws_instance.web[0].id
}

resource "aws_instance" "app" {
  count = 2

  ami                    = data.aws_ami.host.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.tier["app-${count.index}"].id
  vpc_security_group_ids = [aws_security_group.app.id]
  private_ip             = cidrhost(aws_subnet.tier["app-${count.index}"].cidr_block, 10)

  tags = { Name = "app-${count.index}" }
}

# The database's addresses are interfaces of their own, which outlive the instance.
resource "aws_network_interface" "database" {
  subnet_id       = aws_subnet.tier["database-0"].id
  security_groups = [aws_security_group.database.id]
  private_ips     = [cidrhost(aws_subnet.tier["database-0"].cidr_block, 10)]
  description     = "questions"
}

resource "aws_network_interface" "backup" {
  subnet_id          = aws_subnet.tier["database-0"].id
  security_groups    = [aws_security_group.app.id, aws_security_group.database.id]
  private_ips_count  = 1
  ipv6_address_count = 1
  source_dest_check  = false
}

resource "aws_instance" "database" {
  ami           = data.aws_ami.host.id
  instance_type = "t3.micro"

  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.database.id
  }

  network_interface {
    device_index         = 1
    network_interface_id = aws_network_interface.backup.id
  }

  tags = { Name = "database" }
}
